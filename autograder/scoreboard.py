"""Words the end of a student's own run: points and verdicts, part by part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from autograder.catalog import Assignment
from autograder.letter import word
from autograder.model import Finding, Verdict, total_points
from autograder.table import aligned
from autograder.wording.language import say, translated


def scoreboard(
    assignments: Iterable[Assignment],
    findings: Mapping[tuple[str, str], Finding],
    language: str = "en",
) -> Iterator[str]:
    """Lines of the scoreboard.

    Args:
        assignments: those that took part in the run.
        findings: what checks came to, by assignment's and check's id.
        language: of the words.
    """
    rows = [
        _row(assignment, part, findings, language)
        for assignment in assignments
        for part in assignment.parts
    ]
    yield from aligned(rows)
    for assignment in assignments:
        if hidden := assignment.hidden_points:
            yield say(
                language,
                "{assignment}: {points} more points are checked officially,"
                " on other inputs",
                assignment=assignment.id,
                points=hidden,
            )
    wrong = (Verdict.FAILED, Verdict.RAISED)
    if any(finding.verdict in wrong for finding in findings.values()):
        yield translated(
            language,
            "likely causes are named by the official run, which has the usual mistakes"
            " to compare with",
        )


def _row(
    assignment: Assignment,
    part: str,
    findings: Mapping[tuple[str, str], Finding],
    language: str,
) -> tuple[str, str, str]:
    checks = [check for check in assignment.checks if check.part == part]
    ran = [check for check in checks if (assignment.id, check.id) in findings]
    verdicts = Counter(findings[assignment.id, check.id].verdict for check in ran)
    passed = [
        check
        for check in ran
        if findings[assignment.id, check.id].verdict is Verdict.PASSED
    ]
    said = [f"{count} {word(verdict, language)}" for verdict, count in verdicts.items()]
    if left_out := len(checks) - len(ran):
        said.append(say(language, "{count} not run", count=left_out))
    points = say(
        language,
        "{earned} of {most} points",
        earned=total_points(passed),
        most=total_points(checks),
    )
    return f"{assignment.id}/{part}", points, translated(language, ", ").join(said)
