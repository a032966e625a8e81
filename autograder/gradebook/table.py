"""Exports the gradebook as CSV: one row for each entry, in the roster's order.

Nothing in it depends on when or how often grading was interrupted, so that two runs of
the same course can be compared byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterable

from autograder.gradebook.cells import to_csv
from autograder.gradebook.records import Entry
from autograder.model import Verdict
from autograder.rules import Late
from autograder.score import late_days, plain_number

COLUMNS = (
    "student",
    "name",
    "email",
    "group",
    "submission",
    "attempt",
    "assignment",
    "score",
    "max_score",
    *(verdict.value.lower() for verdict in Verdict),
    "flaky",
    "late_days",
    "identical_to",
    "decided_by",
    "comments",
    "isolation",
    "release",
    "digest",
    "notes",
)


def to_table(entries: Iterable[Entry]) -> str:
    """All entries as CSV; the score is empty where a check was our fault."""
    return to_csv(COLUMNS, map(_row, entries))


def _row(entry: Entry) -> list[object]:
    report, score, student = entry.report, entry.score, entry.student
    decided = dict.fromkeys(s.author for s in score.overrides if s.points is not None)
    return [
        student.id,
        student.name,
        student.email,
        student.group,
        report.submission,
        report.attempt,
        report.assignment,
        "" if score.points is None else plain_number(score.points),
        score.most,
        *(report.count(verdict) for verdict in Verdict),
        sum(result.is_flaky for result in report.results),
        late_days(report.late_seconds, Late()),
        report.identical_to,
        ", ".join(decided),
        "; ".join(f"{said.author}: {said.reason}" for said in score.overrides),
        report.isolation,
        report.release,
        report.digest,
        "; ".join(report.notes),
    ]
