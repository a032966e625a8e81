"""Orders the submissions of one student in time, and keeps those that are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from autograder.errors import UsageError
from autograder.intake.names import folded
from autograder.intake.submission import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A submission, and what says when it came.

    Attributes:
        is_known: whether an export or the roster says that one name is one student.
        order: first the path that it came from, then its place among their own there.
    """

    submission: Submission
    is_known: bool
    order: tuple[int, int]
    submitted_at: datetime | None


def numbered(taken: Iterable[Taken]) -> list[Submission]:
    """All submissions, each with its number among those of its student.

    Raises:
        UsageError: if two have one name and nothing says that they are one student's,
            or which is the later.
    """
    groups: defaultdict[str, list[Taken]] = defaultdict(list)
    for one in taken:
        groups[folded(one.submission.student)].append(one)
    return [
        replace(one.submission, attempt=number)
        for group in groups.values()
        for number, one in enumerate(_in_time(group), start=1)
    ]


def kept(submissions: list[Submission], keep: str) -> list[Submission]:
    """Those to grade: of each student the latest, or for `best` and `all` every one.

    Where several of a student are left, their names say which is which.
    """
    count: defaultdict[str, int] = defaultdict(int)
    for submission in submissions:
        count[folded(submission.student)] += 1
    several = {student for student, number in count.items() if number > 1}
    if keep == "latest":
        return [s for s in submissions if s.attempt == count[folded(s.student)]]
    return [
        replace(s, name=f"{s.name}-attempt-{s.attempt}")
        if folded(s.student) in several
        else s
        for s in submissions
    ]


def _in_time(group: list[Taken]) -> list[Taken]:
    if len(group) == 1:
        return group
    name = group[0].submission.name
    if not all(one.is_known for one in group):
        raise UsageError(
            f"two submissions are named {name!r}; grade them apart,"
            " or name the students by --roster FILE"
        )
    times = [one.submitted_at for one in group if one.submitted_at]
    if len(set(times)) == len(group):
        return sorted(group, key=_time)
    orders = {one.order for one in group}
    if len(orders) < len(group):
        raise UsageError(
            f"two submissions are of {name!r}, and nothing says which is the later;"
            " name them in the order of time, or grade them apart"
        )
    return sorted(group, key=lambda one: one.order)


def _time(one: Taken) -> float:
    return one.submitted_at.timestamp() if one.submitted_at else 0.0
