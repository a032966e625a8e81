"""Words a student's feedback as plain text, for mail merge."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.gradebook.records import Entry
from autograder.letter import Detail, Letter, letter
from autograder.table import aligned, width
from autograder.wording.language import translated
from autograder.wording.lines import printable, printable_block, text


def plain_text(entry: Entry, language: str) -> str:
    """The feedback of `entry`."""
    told = letter(entry.report, language, entry.score)
    return "\n".join(_lines(told)).rstrip("\n") + "\n"


def _lines(told: Letter) -> Iterator[str]:
    yield from (told.headline, "=" * width(told.headline), "")
    if told.apology:
        yield from (told.apology, "")
    if told.arithmetic:
        yield from (*told.arithmetic, "")
    for note in told.notes:
        yield from (*map(printable, note.splitlines()), "")
    head = [translated(told.language, name) for name in ("check", "points", "result")]
    yield from aligned([head, *([o.title, o.points, o.said] for o in told.lines)])
    for detail in told.details:
        yield from _details(detail, told.language)


def _details(detail: Detail, language: str) -> Iterator[str]:
    yield from ("", "", detail.title, "-" * width(detail.title), "")
    if detail.message is not None:
        yield text(detail.message, language)
        if detail.message.snippet:
            yield from ("", translated(language, "To see it yourself:"), "")
            yield from _indented(detail.message.snippet)
    if detail.output:
        yield from ("", translated(language, "What your code printed:"), "")
        yield from _indented(detail.output)


def _indented(block: str) -> Iterator[str]:
    for line in printable_block(block).rstrip("\n").split("\n"):
        yield f"    {line}".rstrip()
