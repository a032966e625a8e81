"""Computes how the scores of a class are distributed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean, quantiles

from autograder.gradebook.records import Entry

BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Scores of one assignment.

    Attributes:
        most: points to be had.
        points: every score there is, in order.
        ungraded: how many entries have no score yet.
    """

    most: int
    points: tuple[Decimal, ...]
    ungraded: int

    @property
    def average(self) -> Decimal | None:
        """The mean, to a hundredth."""
        return round(mean(self.points), 2) if self.points else None

    @property
    def quartiles(self) -> tuple[Decimal, Decimal, Decimal] | None:
        """The score that a quarter, a half and three quarters do not exceed."""
        if not self.points:
            return None
        if len(self.points) == 1:
            return (self.points[0],) * 3
        low, middle, high = quantiles(self.points, n=4, method="inclusive")
        return low, middle, high

    @property
    def full(self) -> int:
        """How many have all points."""
        return sum(points >= self.most for points in self.points)

    def bins(self) -> tuple[int, ...]:
        """How many scores lie in each tenth of the points to be had.

        Extra credit counts to the highest tenth, and what is below zero to the lowest.
        """
        counts = [0] * BINS
        for points in self.points:
            place = int(points * BINS / self.most) if self.most else 0
            counts[max(0, min(BINS - 1, place))] += 1
        return tuple(counts)


def distribution(entries: Sequence[Entry]) -> Distribution:
    """The scores of `entries`, which are of one assignment."""
    found = [entry.score.points for entry in entries]
    graded = sorted(points for points in found if points is not None)
    return Distribution(
        most=max((entry.score.most for entry in entries), default=0),
        points=tuple(graded),
        ungraded=len(found) - len(graded),
    )
