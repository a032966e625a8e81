"""Words the part of a report that its student may see, as Markdown.

Of hidden checks it shows the title, the points and the verdict; everything that came
from a submission stands in code blocks that it cannot close.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.model import CheckResult, Report, Verdict, Visibility

LONGEST_OUTPUT = 2000


def feedback(report: Report) -> str:
    """Feedback for the student of `report`."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    score = "not graded yet" if report.score is None else str(report.score)
    yield f"# {report.assignment}: {score} of {report.max_score} points"
    yield ""
    if report.score is None:
        yield (
            "Some checks failed on the grader's side. That is not your code's fault;"
            " they will be run again."
        )
        yield ""
    for note in report.notes:
        yield from _block(note)
    yield "| check | points | result |"
    yield "|---|---|---|"
    for result in report.results:
        yield (
            f"| {result.check.title} | {result.earned} of {result.check.points}"
            f" | {_word(result.finding.verdict)} |"
        )
    for result in report.results:
        if result.finding.verdict is not Verdict.PASSED:
            yield from _details(result)


def _details(result: CheckResult) -> Iterator[str]:
    yield ""
    yield f"## {result.check.title}"
    yield ""
    yield from _block(result.finding.message)
    shown = result.check.visibility is Visibility.PUBLIC
    if shown and result.finding.output.strip():
        yield "What your code printed:"
        yield ""
        yield from _block(result.finding.output[:LONGEST_OUTPUT])


def _block(text: str) -> Iterator[str]:
    """`text` in a fence that is longer than any run of backquotes inside it."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (f"{fence}text", text.rstrip("\n"), fence, "")


def _word(verdict: Verdict) -> str:
    return verdict.value.lower().replace("_", " ")
