"""Says whose score differs between two runs, on which check, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.gradebook.records import Entry
from autograder.model import CheckResult, Report
from autograder.score import Score, plain_number

RECORDED = {
    "digest": "the submission",
    "checks_digest": "the checks",
    "release": "the release",
    "seed_digest": "the release's secret",
    "device": "the device",
    "isolation": "the isolation",
    "late_seconds": "the lateness",
}
"""Fields of a report whose change may change a score, in words."""
DIGEST = 64
"""Length of what is too long to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What differs for one submission.

    Attributes:
        assignment: of which assignment.
        submission: whose name it has.
        before: the score in the first run; empty where it was not in it.
        after: the same of the second run.
        checks: each check with another verdict, such as "p/test_x: PASSED -> FAILED".
        why: what else differs, and so may be the reason.
    """

    assignment: str
    submission: str
    before: str
    after: str
    checks: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


def changes(before: Iterable[Entry], after: Iterable[Entry]) -> Iterator[Change]:
    """What differs between two runs, each with all its attempts."""
    old, new = (
        {(entry.report.assignment, entry.report.submission): entry for entry in run}
        for run in (before, after)
    )
    for name in dict.fromkeys([*old, *new]):
        was, is_now = old.get(name), new.get(name)
        if was is None or is_now is None:
            yield Change(
                assignment=name[0],
                submission=name[1],
                before=shown(was.score) if was else "",
                after=shown(is_now.score) if is_now else "",
                why=("it is in one of the runs only",),
            )
        elif change := _change(was, is_now):
            yield change


def shown(score: Score) -> str:
    """A score for people: "none" where there is none yet."""
    return "none" if score.points is None else plain_number(score.points)


def _change(was: Entry, is_now: Entry) -> Change | None:
    checks = tuple(_checks(was.report, is_now.report))
    points = shown(was.score), shown(is_now.score)
    if not checks and points[0] == points[1]:
        return None
    why = list(_why(was.report, is_now.report))
    if not checks and was.score.most != is_now.score.most:
        why.append("the rules of the score changed")
    if not why:
        why.append(
            "nothing that is recorded changed: the check is flaky"
            if checks
            else "the rules of the score changed"
        )
    return Change(
        assignment=was.report.assignment,
        submission=was.report.submission,
        before=points[0],
        after=points[1],
        checks=checks,
        why=tuple(dict.fromkeys(why)),
    )


def _checks(was: Report, is_now: Report) -> Iterator[str]:
    old, new = (
        {result.check.id: _verdict(result) for result in report.results}
        for report in (was, is_now)
    )
    for check in dict.fromkeys([*old, *new]):
        before, after = old.get(check, "absent"), new.get(check, "absent")
        if before != after:
            yield f"{check}: {before} -> {after}"


def _verdict(result: CheckResult) -> str:
    verdict = result.finding.verdict.value
    return f"{verdict} (flaky)" if result.is_flaky else verdict


def _why(was: Report, is_now: Report) -> Iterator[str]:
    for field, words in RECORDED.items():
        before, after = getattr(was, field), getattr(is_now, field)
        if before == after:
            continue
        is_digest = len(str(before)) == len(str(after)) == DIGEST
        values = "" if is_digest else f": {before} -> {after}"
        yield f"{words} changed{values}"
    for name in sorted(was.versions.keys() | is_now.versions.keys()):
        before, after = (r.versions.get(name, "absent") for r in (was, is_now))
        if before != after:
            yield f"{name} changed: {before} -> {after}"
    if any(result.is_flaky for result in (*was.results, *is_now.results)):
        yield "a check is flaky"
