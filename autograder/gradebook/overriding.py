"""Checks what a person wants to say of a grade before the gradebook takes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from autograder.errors import UsageError
from autograder.model import Report
from autograder.score import Override

FINEST = -2
"""Points are whole, or have up to two decimals."""


def points_of(text: str) -> Decimal:
    """The points that `text` says.

    Raises:
        UsageError: if it says none.
    """
    try:
        points = Decimal(text)
    except InvalidOperation:
        points = Decimal("NaN")
    exponent = points.as_tuple().exponent
    if not isinstance(exponent, int) or points < 0 or exponent < FINEST:
        raise UsageError(
            f"--points: expected a number from 0 up with up to two decimals,"
            f" got {text!r}"
        )
    return points


def checked(override: Override, reports: Iterable[Report]) -> Override:
    """`override` with its check's full id, if it is about what is in the gradebook.

    Raises:
        UsageError: if no report is of that student, or none has that check.
    """
    own = [r for r in reports if r.assignment == override.assignment]
    if not own:
        raise UsageError(f"no grade of {override.assignment!r} in the gradebook")
    theirs = [report for report in own if report.owner == override.student]
    if not theirs:
        students = ", ".join(sorted({report.owner for report in own})[:10])
        raise UsageError(
            f"no grade of student {override.student!r} for {override.assignment};"
            f" there is: {students}"
        )
    if not override.check:
        return override
    checks = [result.check for result in theirs[0].results]
    for check in checks:
        if override.check in (check.id, check.name, check.short_name):
            return replace(override, check=check.id)
    known = ", ".join(check.id for check in checks)
    raise UsageError(f"no check {override.check!r} in {own[0].assignment}: {known}")
