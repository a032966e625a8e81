"""Says where the time of grading goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from autograder.model import Report

OUTSIDE = "(outside of checks: workers, causes of failures)"


def slowest(
    reports: Sequence[Report], most: int
) -> Iterator[tuple[str, str, str, str]]:
    """Rows of a table of checks, what took longest altogether first.

    Args:
        reports: of a run.
        most: how many checks.
    """
    spent = dict(_spent(reports))
    total = sum(map(sum, spent.values())) or 1.0
    yield "seconds", "share", "longest", "check"
    longest_first = sorted(spent.items(), key=lambda item: -sum(item[1]))
    for name, seconds in longest_first[:most]:
        share = f"{sum(seconds) / total:.0%}"
        yield f"{sum(seconds):.1f}", share, f"{max(seconds):.2f}", name


def _spent(reports: Iterable[Report]) -> dict[str, list[float]]:
    """Seconds by check, one for each submission that was asked it."""
    spent: dict[str, list[float]] = defaultdict(list)
    for report in reports:
        checks = 0.0
        for result in report.results:
            seconds = result.finding.seconds
            spent[f"{report.assignment}/{result.check.id}"].append(seconds)
            checks += seconds
        rest = max(report.seconds - checks, 0.0)
        spent[f"{report.assignment} {OUTSIDE}"].append(rest)
    return spent
