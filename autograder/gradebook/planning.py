"""Decides what a run grades, and what it takes over from earlier grades.

Pure: it reads grades that there are and says what to do; `session` does it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256

from autograder.errors import UsageError
from autograder.gradebook.records import Grade
from autograder.intake import Work
from autograder.model import Report, Verdict
from autograder.provenance import Provenance

ONLY = ("failed", "changed", "student=ID", "check=NAME")
"""What a regrade may be limited to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One work in its place of the plan.

    Attributes:
        place: its place.
        work: what is graded.
        key: digest of what determines its score.
        identical_to: the first submission of somebody else with the same files.
    """

    place: int
    work: Work
    key: str
    identical_to: str = ""

    @property
    def name(self) -> tuple[str, str]:
        """What tells it from the other works of the plan."""
        return self.work.assignment.id, self.work.submission.name

    def adopted(self, report: Report) -> Report:
        """`report` on the same files, as that of this work's own student."""
        own = self.work.submission
        return replace(
            report,
            submission=own.name,
            student=own.student,
            canvas_id=own.canvas_id,
            attempt=own.attempt,
            late_seconds=own.late_seconds,
            submitted_at=own.submitted_at,
            notes=own.notes,
            identical_to=self.identical_to if is_attempted(report) else "",
        )


def itemized(
    works: Sequence[Work], came_from: Mapping[str, Provenance], *, repeat: int
) -> tuple[Item, ...]:
    """The plan's items; what has the same key gets the same verdicts.

    Args:
        works: what is to be graded, in order.
        came_from: what determines scores, by assignment.
        repeat: how often every check runs.
    """
    items: list[Item] = []
    first: dict[str, Work] = {}
    for place, work in enumerate(works):
        key = _key(work, came_from[work.assignment.id], repeat)
        of = first.setdefault(key, work).submission
        is_other = of.student != work.submission.student
        identical = of.name if is_other else ""
        items.append(Item(place=place, work=work, key=key, identical_to=identical))
    return tuple(items)


def digest(items: Iterable[Item], *others: object) -> str:
    """Digest of a whole plan: of what is graded, whose it is, and `others`."""
    total = sha256(repr(others).encode())
    for item in items:
        own = item.work.submission
        said = (item.key, own.name, own.student, own.canvas_id, own.attempt)
        total.update(repr((*said, own.late_seconds, own.submitted_at)).encode())
        total.update(repr(own.notes).encode())
    return total.hexdigest()


def selection(only: str) -> Callable[[Item, Grade], bool]:
    """Whether an item with an earlier grade is graded again, as `only` says.

    Raises:
        UsageError: if `only` is none of `ONLY`.
    """
    match only.partition("="):
        case "failed", "", "":
            return lambda _, grade: any(_is_lost(grade.report))
        case "changed", "", "":
            return lambda item, grade: item.key != grade.key
        case "student", "=", student if student:
            return lambda item, _: item.work.submission.student == student
        case "check", "=", check if check:
            return lambda _, grade: any(_is_lost(grade.report, check))
    raise UsageError(f"--only: expected one of {', '.join(ONLY)}, got {only!r}")


def is_attempted(report: Report) -> bool:
    """Whether there is anything of the student's own to judge."""
    attempted = len(report.results) - report.count(Verdict.NOT_ATTEMPTED)
    return attempted > 0


def _is_lost(report: Report, check: str = "") -> Iterable[bool]:
    """Of each check, or of that of a name, whether it did not pass every time."""
    for result in report.results:
        if check in ("", result.check.id, result.check.name, result.check.short_name):
            yield result.is_flaky or result.finding.verdict is not Verdict.PASSED


def _key(work: Work, came_from: Provenance, repeat: int) -> str:
    submission, assignment = work.submission, work.assignment
    there = [part for owner, part in submission.files if owner == assignment.id]
    complete = set(assignment.parts) <= set(there)
    determined = {
        "assignment": assignment.id,
        "repeat": repeat,
        "digest": submission.digest(assignment.id),
        # What was found instead of a missing part is told to its student.
        "found": [] if complete else submission.sources,
        # Whoever handed in nothing has nothing in common with anybody.
        "of": "" if there else submission.name,
    } | asdict(came_from)
    return sha256(json.dumps(determined, sort_keys=True).encode()).hexdigest()
