"""Computes what a class's verdicts say of each check: item analysis, by pure functions.

Whoever attempted nothing says nothing of a check, and neither does a grader's error.
Discrimination is the point-biserial correlation of passing a check with the points of
all other checks, so that no check correlates with itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

from autograder.model import Check, CheckResult, Report, Verdict

FEWEST = 10
"""Submissions from which a correlation is worth a look."""
WEAK = 0.2
"""Discrimination below which a check hardly tells apart."""
MEMORY = ("the process ended: memory limit", "too much memory")
"""How messages begin that are about memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One check, over all submissions of a class.

    Attributes:
        check: the check.
        counted: how many submissions count.
        earned: how many of them have its points.
        discrimination: between -1 and 1; None where that cannot be said.
        verdicts: how many submissions came to each verdict.
        flaky: how many submissions passed it only sometimes.
        out_of_memory: how many used more memory than they may.
        median_seconds: what it takes.
        most_seconds: the most that it took.
        most_bytes: the most memory that a worker held; 0 if not known.
    """

    check: Check
    counted: int
    earned: int
    discrimination: float | None
    verdicts: Mapping[Verdict, int]
    flaky: int
    out_of_memory: int
    median_seconds: float
    most_seconds: float
    most_bytes: int

    @property
    def rate(self) -> float | None:
        """Share of those who count that earned its points."""
        return self.earned / self.counted if self.counted else None

    @property
    def timed_out(self) -> int:
        """How many submissions took longer than they may."""
        return self.verdicts.get(Verdict.TIMED_OUT, 0)

    @property
    def segments(self) -> tuple[tuple[Verdict, float, float], ...]:
        """Where, of a bar of 100, each verdict begins and how much of it it takes."""
        total = sum(self.verdicts.values())
        found, start = [], 0
        for verdict in Verdict:
            if count := self.verdicts.get(verdict, 0):
                place, size = 100 * start / total, 100 * count / total
                found.append((verdict, round(place, 2), round(size, 2)))
                start += count
        return tuple(found)

    @property
    def is_suspect(self) -> bool:
        """Whether those who are better elsewhere pass it less often."""
        return self.discrimination is not None and self.discrimination < 0

    @property
    def is_weak(self) -> bool:
        """Whether it hardly tells those who know from those who do not."""
        return self.discrimination is not None and self.discrimination < WEAK


def analyse(reports: Sequence[Report]) -> tuple[Item, ...]:
    """Every check of `reports`, which are of one assignment, in their order."""
    found: dict[str, list[_Answer]] = {}
    for report in reports:
        attempted = is_attempted(report)
        points = sum(result.earned for result in report.results)
        for result in report.results:
            counts = attempted and result.finding.verdict is not Verdict.GRADER_ERROR
            answer = _Answer(result=result, counts=counts, rest=points - result.earned)
            found.setdefault(result.check.id, []).append(answer)
    return tuple(map(_item, found.values()))


def hardest(items: Iterable[Item], most: int = 5) -> tuple[Item, ...]:
    """The checks that fewest earned, the hardest first, without what all earned."""
    missed = [item for item in items if item.earned < item.counted]
    return tuple(sorted(missed, key=lambda item: item.earned / item.counted)[:most])


def is_attempted(report: Report) -> bool:
    """Whether any check of it found something to check."""
    return report.count(Verdict.NOT_ATTEMPTED) < len(report.results)


def correlation(pairs: Sequence[tuple[int, int]]) -> float | None:
    """Pearson's, of whole numbers; None where either of them does not vary."""
    n = len(pairs)
    sum_x, sum_y = sum(x for x, _ in pairs), sum(y for _, y in pairs)
    spread_x = n * sum(x * x for x, _ in pairs) - sum_x**2
    spread_y = n * sum(y * y for _, y in pairs) - sum_y**2
    if not spread_x or not spread_y:
        return None
    together = n * sum(x * y for x, y in pairs) - sum_x * sum_y
    # Whole numbers up to here: rounding cannot lead out of the range by more than that.
    return max(-1.0, min(1.0, together / sqrt(spread_x * spread_y)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What one submission says of a check.

    Attributes:
        result: its verdict.
        counts: whether it says something of the check at all.
        rest: the submission's points of all other checks.
    """

    result: CheckResult
    counts: bool
    rest: int


def _item(answers: Sequence[_Answer]) -> Item:
    counted = [answer for answer in answers if answer.counts]
    pairs = [(int(answer.result.is_earned), answer.rest) for answer in counted]
    seconds = [answer.result.finding.seconds for answer in counted] or [0.0]
    results = [answer.result for answer in answers]
    return Item(
        check=results[-1].check,
        counted=len(counted),
        earned=sum(earned for earned, _ in pairs),
        discrimination=correlation(pairs) if len(pairs) >= FEWEST else None,
        verdicts=Counter(result.finding.verdict for result in results),
        flaky=sum(result.is_flaky for result in results),
        out_of_memory=sum(map(_is_of_memory, results)),
        median_seconds=median(seconds),
        most_seconds=max(seconds),
        most_bytes=max((a.result.finding.peak_bytes for a in counted), default=0),
    )


def _is_of_memory(result: CheckResult) -> bool:
    message = result.finding.message
    return message is not None and message.headline.template.startswith(MEMORY)
