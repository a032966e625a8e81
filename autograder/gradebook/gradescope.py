"""Exports scores for Gradescope: a CSV of an assignment, and `results.json` of one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from autograder.feedback import feedback
from autograder.gradebook.cells import to_csv
from autograder.gradebook.records import Entry
from autograder.gradebook.told import number, told
from autograder.letter import arithmetic
from autograder.model import CheckResult, Verdict, Visibility
from autograder.score import plain_number

COLUMNS = (
    "Name",
    "SID",
    "Email",
    "Sections",
    "Total Score",
    "Max Points",
    "Status",
    "Submission Time",
    "Lateness (H:M:S)",
)
VISIBILITY = {Visibility.PUBLIC: "visible", Visibility.HIDDEN: "after_published"}


def to_gradescope(entries: Iterable[Entry]) -> str:
    """Scores of one assignment, with the columns of Gradescope's own export."""
    return to_csv(COLUMNS, map(_row, entries))


def to_results(entry: Entry) -> str:
    """One submission's `results.json`; without a score where it has none yet."""
    score, report = entry.score, entry.report
    document: dict[str, Any] = {
        "execution_time": round(report.seconds),
        "output": "\n".join(arithmetic(score)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "assignment": report.assignment,
            "release": report.release,
            "isolation": report.isolation,
            "digest": report.digest,
        },
        "tests": [
            _test(place, result) for place, result in enumerate(report.results, 1)
        ],
    }
    if score.points is None:
        document |= {"output": feedback(report, worth=score), "tests": []}
    else:
        document["score"] = number(score.points)
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _row(entry: Entry) -> list[object]:
    student, score, report = entry.student, entry.score, entry.report
    return [
        student.name,
        student.id,
        student.email,
        student.group,
        "" if score.points is None else plain_number(score.points),
        score.most,
        "Ungraded" if score.points is None else "Graded",
        report.submitted_at,
        _hours(report.late_seconds),
    ]


def _hours(seconds: float) -> str:
    minutes, rest = divmod(max(0, round(seconds)), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"


def _test(place: int, result: CheckResult) -> dict[str, Any]:
    check = result.check
    return {
        "name": check.title.en,
        "number": str(place),
        "score": result.earned,
        "max_score": check.points,
        "status": "passed" if result.is_earned else "failed",
        "output": "" if result.finding.verdict is Verdict.PASSED else told(result),
        "tags": [check.part],
        "visibility": VISIBILITY[check.visibility],
        "extra_data": {"check": check.id, "verdict": result.finding.verdict},
    }
