"""Chooses what a student may be told of a report: data that each medium renders.

Of hidden checks it holds the title, the points and the kind of failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from autograder.message import Message
from autograder.model import CheckResult, Report, Verdict, Visibility
from autograder.score import Score, plain_number, score
from autograder.table import aligned
from autograder.wording.language import choose, say, say_sentence, translated
from autograder.wording.lines import printable

LONGEST_OUTPUT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One check: its title, its points and what it came to, in words."""

    title: str
    points: str
    said: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """More about a check that did not pass."""

    title: str
    message: Message | None
    output: str
    """What the student's code printed, if they may see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What one student may be told.

    Attributes:
        language: of its words.
        headline: the assignment and the score.
        apology: what is said where a check was our fault; otherwise empty.
        arithmetic: how the score came about, a line a step.
        notes: what intake has to say.
        lines: every check.
        details: the checks that did not pass.
    """

    language: str
    headline: str
    apology: str
    arithmetic: tuple[str, ...]
    notes: tuple[str, ...]
    lines: tuple[Line, ...]
    details: tuple[Detail, ...]


def letter(report: Report, language: str = "en", worth: Score | None = None) -> Letter:
    """What the student of `report` may be told.

    Args:
        report: all verdicts.
        language: of the words.
        worth: its score by the assignment's rules; otherwise that of the verdicts.
    """
    worth = worth or score(report)
    total = worth.points
    headline = say(
        language,
        "{assignment}: {score} of {most} points",
        assignment=report.assignment,
        score=translated(language, "not graded yet")
        if total is None
        else plain_number(total),
        most=worth.most,
    )
    apology = translated(
        language,
        "Some checks failed on the grader's side. That is not your code's fault;"
        " they will be run again.",
    )
    return Letter(
        language=language,
        headline=headline,
        apology=apology if report.count(Verdict.GRADER_ERROR) else "",
        arithmetic=tuple(arithmetic(worth, language)),
        notes=report.notes,
        lines=tuple(_line(result, language) for result in report.results),
        details=tuple(
            _detail(result, language)
            for result in report.results
            if result.finding.verdict is not Verdict.PASSED
        ),
    )


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


def word(verdict: Verdict, language: str = "en") -> str:
    """A verdict in a student's words, such as "not attempted"."""
    return translated(language, verdict.value.lower().replace("_", " "))


def _line(result: CheckResult, language: str) -> Line:
    return Line(
        title=choose(language, result.check.title),
        points=say(
            language,
            "{earned} of {most}",
            earned=result.earned,
            most=result.check.points,
        ),
        said=said(result, language),
        verdict=result.finding.verdict,
    )


def _detail(result: CheckResult, language: str) -> Detail:
    finding = result.finding
    is_public = result.check.visibility is Visibility.PUBLIC
    return Detail(
        title=choose(language, result.check.title),
        message=finding.message,
        output=finding.output[:LONGEST_OUTPUT]
        if is_public and finding.output.strip()
        else "",
    )


def _signed(number: Decimal) -> str:
    sign = "-" if number < 0 else "+"
    return f"{sign} {plain_number(abs(number))}"
