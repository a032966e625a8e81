"""Words the part of a report that its student may see, as Markdown.

Of hidden checks it shows the title, the points and the kind of failure; everything that
came from a submission stands in code blocks that it cannot close.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from autograder.model import CheckResult, Report, Verdict, Visibility
from autograder.score import Score, plain_number, score
from autograder.table import aligned
from autograder.wording.language import choose, say, say_sentence, translated
from autograder.wording.lines import printable
from autograder.wording.markdown import block, markdown

LONGEST_OUTPUT = 2000


def feedback(report: Report, language: str = "en", worth: Score | None = None) -> str:
    """Feedback for the student of `report`.

    Args:
        report: all verdicts.
        language: of the words.
        worth: its score by the assignment's rules; otherwise that of the verdicts.
    """
    return "\n".join(_lines(report, language, worth or score(report))) + "\n"


def _lines(report: Report, language: str, worth: Score) -> Iterator[str]:
    total = worth.points
    yield "# " + say(
        language,
        "{assignment}: {score} of {most} points",
        assignment=report.assignment,
        score=translated(language, "not graded yet")
        if total is None
        else plain_number(total),
        most=worth.most,
    )
    yield ""
    if report.count(Verdict.GRADER_ERROR):
        yield translated(
            language,
            "Some checks failed on the grader's side. That is not your code's fault;"
            " they will be run again.",
        )
        yield ""
    if lines := list(arithmetic(worth, language)):
        yield from block("\n".join(lines))
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
        verdict = said(result, language)
        yield f"| {choose(language, result.check.title)} | {points} | {verdict} |"
    for result in report.results:
        if result.finding.verdict is not Verdict.PASSED:
            yield from _details(result, language)


def arithmetic(worth: Score, language: str = "en") -> Iterator[str]:
    """How a score came about, a line a step, where rules or persons had a part in it.

    What persons said of it without setting points comes after it.
    """
    if len(worth.steps) > 1 and worth.points is not None:
        rows = [
            (_signed(step.change), say_sentence(language, step.why))
            for step in worth.steps
        ]
        rows.append((f"= {plain_number(worth.points)}", translated(language, "score")))
        yield from map(printable, aligned(rows))
    for comment in worth.overrides:
        if comment.points is None:
            yield printable(f"{comment.author}: {comment.reason}")


def _signed(number: Decimal) -> str:
    sign = "-" if number < 0 else "+"
    return f"{sign} {plain_number(abs(number))}"


def said(result: CheckResult, language: str = "en") -> str:
    """What a check came to, in a student's words."""
    verdict = word(result.finding.verdict, language)
    if not result.is_flaky:
        return verdict
    return say(
        language,
        "{verdict}, not every time: no loss until a person decides",
        verdict=verdict,
    )


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
