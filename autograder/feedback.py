"""Words the part of a report that its student may see, as Markdown.

Everything that came from a submission stands in code blocks that it cannot close.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograder.letter import Detail, Letter, letter
from autograder.model import Report
from autograder.score import Score
from autograder.wording.language import translated
from autograder.wording.markdown import block, markdown


def feedback(report: Report, language: str = "en", worth: Score | None = None) -> str:
    """Feedback for the student of `report`.

    Args:
        report: all verdicts.
        language: of the words.
        worth: its score by the assignment's rules; otherwise that of the verdicts.
    """
    return "\n".join(_lines(letter(report, language, worth))) + "\n"


def _lines(told: Letter) -> Iterator[str]:
    yield from ("# " + told.headline, "")
    if told.apology:
        yield from (told.apology, "")
    if told.arithmetic:
        yield from block("\n".join(told.arithmetic))
    for note in told.notes:
        yield from block(note)
    names = (translated(told.language, name) for name in ("check", "points", "result"))
    yield f"| {' | '.join(names)} |"
    yield "|---|---|---|"
    for line in told.lines:
        yield f"| {line.title} | {line.points} | {line.said} |"
    for detail in told.details:
        yield from _details(detail, told.language)


def _details(detail: Detail, language: str) -> Iterator[str]:
    yield from ("", f"## {detail.title}", "")
    if detail.message is not None:
        yield from markdown(detail.message, language)
    if detail.output:
        yield translated(language, "What your code printed:")
        yield ""
        yield from block(detail.output)
