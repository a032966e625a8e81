"""Words the part of a report that its student may see, as Markdown.

Of hidden checks it shows the title, the points and the kind of failure; everything that
came from a submission stands in code blocks that it cannot close.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograder.model import CheckResult, Report, Verdict, Visibility
from autograder.wording.language import choose, say, translated
from autograder.wording.markdown import block, markdown

LONGEST_OUTPUT = 2000


def feedback(report: Report, language: str = "en") -> str:
    """Feedback for the student of `report`."""
    return "\n".join(_lines(report, language)) + "\n"


def _lines(report: Report, language: str) -> Iterator[str]:
    score = report.score
    yield "# " + say(
        language,
        "{assignment}: {score} of {most} points",
        assignment=report.assignment,
        score=translated(language, "not graded yet") if score is None else score,
        most=report.max_score,
    )
    yield ""
    if score is None:
        yield translated(
            language,
            "Some checks failed on the grader's side. That is not your code's fault;"
            " they will be run again.",
        )
        yield ""
    for note in report.notes:
        yield from block(note)
    names = (translated(language, name) for name in ("check", "points", "result"))
    yield f"| {' | '.join(names)} |"
    yield "|---|---|---|"
    for result in report.results:
        points = say(
            language,
            "{earned} of {most}",
            earned=result.earned,
            most=result.check.points,
        )
        verdict = word(result.finding.verdict, language)
        yield f"| {choose(language, result.check.title)} | {points} | {verdict} |"
    for result in report.results:
        if result.finding.verdict is not Verdict.PASSED:
            yield from _details(result, language)


def _details(result: CheckResult, language: str) -> Iterator[str]:
    finding = result.finding
    yield ""
    yield f"## {choose(language, result.check.title)}"
    yield ""
    if finding.message is not None:
        yield from markdown(finding.message, language)
    shown = result.check.visibility is Visibility.PUBLIC
    if shown and finding.output.strip():
        yield translated(language, "What your code printed:")
        yield ""
        yield from block(finding.output[:LONGEST_OUTPUT])


def word(verdict: Verdict, language: str = "en") -> str:
    """A verdict in a student's words, such as "not attempted"."""
    return translated(language, verdict.value.lower().replace("_", " "))
