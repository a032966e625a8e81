"""Chooses what the class page says of each submission, and of which to take a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from autograder.gradebook.outputs import LANGUAGES
from autograder.gradebook.records import Entry
from autograder.letter import word
from autograder.model import CheckResult, Verdict
from autograder.rules import Late
from autograder.score import late_days, plain_number
from autograder.site.items import is_attempted
from autograder.wording.language import say, translated

CELL = 3
"""Units of a strip that one check takes; one of them is its gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One submission, in the words of the class page.

    Attributes:
        entry: whose it is and what it came to.
        points: its score; empty where it has none yet.
        share: the score as a number, to sort by; -1 where there is none.
        strip: for each verdict that occurs, the path of its cells.
        passed: how many checks passed.
        remarks: what a person should know besides.
        page: where its feedback lies, from the class page.
    """

    entry: Entry
    points: str
    share: float
    strip: Mapping[Verdict, str]
    passed: int
    remarks: tuple[str, ...]
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One check of one submission that a person should look at, and why."""

    row: Row
    result: CheckResult
    why: str


def row(entry: Entry, language: str = "en") -> Row:
    """What the class page says of `entry`."""
    report, points = entry.report, entry.score.points
    page = f"feedback/{report.assignment}/{report.submission}{LANGUAGES[language]}.html"
    return Row(
        entry=entry,
        points="" if points is None else plain_number(points),
        share=-1.0 if points is None else float(points),
        strip=_strip([result.finding.verdict for result in report.results]),
        passed=report.count(Verdict.PASSED),
        remarks=tuple(_remarks(entry, language)),
        page=quote(page),
    )


def flaky(rows: Iterable[Row], language: str = "en") -> tuple[Look, ...]:
    """Checks that came to different verdicts on one submission."""
    return tuple(
        Look(row=one, result=result, why=_counted(result.finding.verdicts, language))
        for one in rows
        for result in one.entry.report.results
        if result.is_flaky
    )


def our_faults(rows: Iterable[Row]) -> tuple[Look, ...]:
    """Checks that failed on our side, with what went wrong."""
    return tuple(
        Look(row=one, result=result, why=_our_reason(result))
        for one in rows
        for result in one.entry.report.results
        if result.finding.verdict is Verdict.GRADER_ERROR
    )


def tiers(entries: Iterable[Entry]) -> dict[str, int]:
    """How many submissions were graded at each isolation tier."""
    return dict(sorted(Counter(entry.report.isolation for entry in entries).items()))


def _strip(verdicts: Sequence[Verdict]) -> dict[Verdict, str]:
    paths: dict[Verdict, str] = {}
    for place, verdict in enumerate(verdicts):
        cell = f"M{place * CELL} 0h{CELL - 1}v10h-{CELL - 1}z"
        paths[verdict] = paths.get(verdict, "") + cell
    return paths


def _remarks(entry: Entry, language: str) -> Iterator[str]:
    report = entry.report
    if not is_attempted(report):
        yield translated(language, "not attempted")
    if n := report.count(Verdict.GRADER_ERROR):
        yield say(language, "{count} on our side", count=n)
    if n := sum(result.is_flaky for result in report.results):
        yield say(language, "{count} flaky", count=n)
    if days := late_days(report.late_seconds, Late()):
        said = "{days} day late" if days == 1 else "{days} days late"
        yield say(language, said, days=days)
    if report.identical_to:
        yield say(language, "identical to {name}", name=report.identical_to)
    if entry.score.is_decided:
        yield translated(language, "decided by a person")
    for one in entry.score.overrides:
        yield say(language, "{who}: {what}", who=one.author, what=one.reason)


def _counted(verdicts: Iterable[Verdict], language: str) -> str:
    return translated(language, ", ").join(
        say(language, "{count} {verdict}", count=n, verdict=word(verdict, language))
        for verdict, n in Counter(verdicts).items()
    )


def _our_reason(result: CheckResult) -> str:
    message = result.finding.message
    return " ".join(message.says) if message else ""
