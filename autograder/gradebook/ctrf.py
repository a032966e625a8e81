"""Exports verdicts in the Common Test Report Format; points stand in `extra`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from autograder import __version__
from autograder.gradebook.records import Entry
from autograder.gradebook.told import told
from autograder.model import CheckResult, Report, Verdict

VERSION = "0.0.0"
STATUSES = ("passed", "failed", "skipped", "pending", "other")


def to_ctrf(entries: Sequence[Entry]) -> str:
    """All verdicts as one document; what was our fault has the status `other`."""
    tests = [
        _test(entry.report, result)
        for entry in entries
        for result in entry.report.results
    ]
    counts = Counter(test["status"] for test in tests)
    times = list(_milliseconds(entry.report for entry in entries))
    document = {
        "reportFormat": "CTRF",
        "specVersion": VERSION,
        "results": {
            "tool": {"name": "autograder", "version": __version__},
            "summary": {
                "tests": len(tests),
                **{status: counts[status] for status in STATUSES},
                "start": min(times, default=0),
                "stop": max(times, default=0),
            },
            "tests": tests,
        },
    }
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _test(report: Report, result: CheckResult) -> dict[str, Any]:
    check, finding = result.check, result.finding
    return {
        "name": f"{report.assignment}/{report.submission}: {check.id}",
        "status": _status(finding.verdict),
        "duration": round(1000 * finding.seconds),
        "message": told(result),
        "flaky": result.is_flaky,
        "tags": [report.assignment, check.part, check.visibility],
        "extra": {
            "student": report.owner,
            "verdict": finding.verdict,
            "points": result.earned,
            "max_points": check.points,
        },
    }


def _status(verdict: Verdict) -> str:
    if verdict is Verdict.GRADER_ERROR:
        return "other"
    return "passed" if verdict is Verdict.PASSED else "failed"


def _milliseconds(reports: Iterable[Report]) -> Iterable[int]:
    for report in reports:
        if report.graded_at:
            graded = datetime.fromisoformat(report.graded_at).timestamp()
            yield round(1000 * (graded - report.seconds))
            yield round(1000 * graded)
