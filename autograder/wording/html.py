"""Words a message as HTML; everything from a submission is escaped."""

from __future__ import annotations

from html import escape

from autograder.message import Message
from autograder.wording.language import translated
from autograder.wording.lines import lines


def html(message: Message, language: str = "en") -> str:
    """A fragment: a headline, the lines below it, and the code that shows it again."""
    first, *others = (escape(line) for line in lines(message, language))
    tag = "zh-Hans" if language == "zh" else language
    parts = [f'<section class="message" lang="{tag}">', f"<h3>{first}</h3>"]
    if others:
        parts.append("<pre>" + "\n".join(others) + "</pre>")
    if message.snippet:
        title = escape(translated(language, "To see it yourself:"))
        code = escape(message.snippet.rstrip("\n"))
        parts.append(f"<p>{title}</p>\n<pre><code>{code}</code></pre>")
    return "\n".join([*parts, "</section>"])
