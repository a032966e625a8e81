"""Words a message as Markdown that nothing from a submission can break out of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.message import Message
from autograder.wording.language import translated
from autograder.wording.lines import printable_block, text


def markdown(message: Message, language: str = "en") -> Iterator[str]:
    """Lines of Markdown: the message, and the code that shows it again."""
    yield from block(text(message, language))
    if message.snippet:
        yield translated(language, "To see it yourself:")
        yield ""
        yield from block(message.snippet, "python")


def block(code: str, kind: str = "text") -> Iterator[str]:
    """`code` in a fence that is longer than any run of backquotes inside it."""
    longest = max(map(len, re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (f"{fence}{kind}", printable_block(code.rstrip("\n")), fence, "")
