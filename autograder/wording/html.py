"""Words a message as HTML; everything from a submission is escaped."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from autograder.message import Message
from autograder.wording.language import TAGS, translated
from autograder.wording.lines import (
    Row,
    headline,
    printable,
    printable_block,
    rows,
)


def html(message: Message, language: str = "en") -> str:
    """A fragment: a headline, the rows below it, and the code that shows it again."""
    parts = [
        f'<section class="message" lang="{TAGS[language]}">',
        _headline(message, language),
    ]
    if below := rows(message, language):
        parts += ["<dl>", *map(_row, _joined(below)), "</dl>"]
    if message.snippet:
        title = escape(translated(language, "To see it yourself:"))
        code = escape(printable_block(message.snippet.rstrip("\n")))
        parts.append(f"<p>{title}</p>\n<pre><code>{code}</code></pre>")
    return "\n".join([*parts, "</section>"])


def _headline(message: Message, language: str) -> str:
    said = escape(printable(headline(message, language)))
    where = escape(printable(message.where))
    return f"<h3>{said} <code>{where}</code></h3>" if where else f"<h3>{said}</h3>"


def _joined(below: list[Row]) -> Iterator[list[Row]]:
    """Rows, each with those that go on with it."""
    group: list[Row] = []
    for row in below:
        if row.label == "" and group:
            group.append(row)
            continue
        if group:
            yield group
        group = [row]
    if group:
        yield group


def _row(group: list[Row]) -> str:
    label = escape(printable(group[0].label or ""))
    texts = "<br>".join(escape(printable(row.text)) for row in group)
    name = f"<dt>{label}</dt>" if label else ""
    kind = "" if label else ' class="alone"'
    return f"<div{kind}>{name}<dd>{texts}</dd></div>"
