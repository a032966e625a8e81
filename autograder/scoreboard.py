"""Words the end of a student's own run: points and verdicts, part by part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from autograder.catalog import Assignment
from autograder.model import Finding, Verdict, total_points
from autograder.table import aligned

WORDS = {verdict: verdict.value.lower().replace("_", " ") for verdict in Verdict}


def scoreboard(
    assignments: Iterable[Assignment], findings: Mapping[tuple[str, str], Finding]
) -> Iterator[str]:
    """Lines of the scoreboard.

    Args:
        assignments: those that took part in the run.
        findings: what checks came to, by assignment's and check's id.
    """
    rows = [
        _row(assignment, part, findings)
        for assignment in assignments
        for part in assignment.parts
    ]
    yield from aligned(rows)
    for assignment in assignments:
        if hidden := assignment.hidden_points:
            yield (
                f"{assignment.id}: {hidden} more points are checked officially,"
                " on other inputs"
            )


def _row(
    assignment: Assignment, part: str, findings: Mapping[tuple[str, str], Finding]
) -> tuple[str, str, str]:
    checks = [check for check in assignment.checks if check.part == part]
    ran = [check for check in checks if (assignment.id, check.id) in findings]
    verdicts = Counter(findings[assignment.id, check.id].verdict for check in ran)
    passed = [
        check
        for check in ran
        if findings[assignment.id, check.id].verdict is Verdict.PASSED
    ]
    said = [f"{count} {WORDS[verdict]}" for verdict, count in verdicts.items()]
    if left_out := len(checks) - len(ran):
        said.append(f"{left_out} not run")
    points = f"{total_points(passed)} of {total_points(checks)} points"
    return f"{assignment.id}/{part}", points, ", ".join(said)
