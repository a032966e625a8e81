"""Writes and reads reports as JSON, and the part of them that a student may see.

The schema is `autograder.report/3`: one object a report, keys sorted, points whole
numbers, `score` null where a check was our fault.  A reader refuses other schemas, and
takes a document that was written before there were `canvas_id` and `peak_bytes`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from autograder.errors import UsageError
from autograder.message import Words
from autograder.model import (
    Check,
    CheckResult,
    Finding,
    Report,
    Verdict,
    Visibility,
)
from autograder.wording.data import cause_from_data, from_data, to_data

SCHEMA = "autograder.report/3"
PLAIN = (
    "submission",
    "assignment",
    "student",
    "attempt",
    "late_seconds",
    "submitted_at",
    "identical_to",
    "digest",
    "release",
    "checks_digest",
    "seed_digest",
    "versions",
    "device",
    "isolation",
    "graded_at",
)
"""Fields that JSON holds as they are."""


def to_json(report: Report) -> str:
    """`report` as a JSON document that ends with a line break."""
    document = {
        "schema": SCHEMA,
        **{name: getattr(report, name) for name in PLAIN},
        "canvas_id": report.canvas_id,
        "score": report.score,
        "max_score": report.max_score,
        "seconds": round(report.seconds, 3),
        "notes": list(report.notes),
        "checks": [_check_to_json(result) for result in report.results],
    }
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def from_json(text: str) -> Report:
    """The report that `to_json` wrote.

    Raises:
        UsageError: if `text` is no report of this schema.
    """
    try:
        document = json.loads(text)
        if document["schema"] != SCHEMA:
            raise UsageError(f"expected schema {SCHEMA}, got {document['schema']!r}")
        return Report(
            **{name: document[name] for name in PLAIN},
            canvas_id=document.get("canvas_id", ""),
            seconds=document["seconds"],
            notes=tuple(document["notes"]),
            results=tuple(map(_check_from_json, document["checks"])),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"this is no report: {error!r}") from error


def _check_to_json(result: CheckResult) -> dict[str, Any]:
    finding = result.finding
    return asdict(result.check) | {
        "id": result.check.id,
        "earned": result.earned,
        "verdict": finding.verdict,
        "verdicts": list(finding.verdicts),
        "flaky": result.is_flaky,
        "message": to_data(finding.message) if finding.message else None,
        "seconds": round(finding.seconds, 3),
        "peak_bytes": finding.peak_bytes,
        "output": finding.output,
        "cause": asdict(finding.cause) if finding.cause else None,
    }


def _check_from_json(entry: dict[str, Any]) -> CheckResult:
    return CheckResult(
        check=Check(
            part=entry["part"],
            name=entry["name"],
            points=entry["points"],
            visibility=Visibility(entry["visibility"]),
            lesson=Words(**entry["lesson"]),
            title_zh=entry["title_zh"],
            hints=tuple(Words(**hint) for hint in entry["hints"]),
        ),
        finding=Finding(
            verdict=Verdict(entry["verdict"]),
            verdicts=tuple(map(Verdict, entry["verdicts"])),
            message=from_data(message) if (message := entry["message"]) else None,
            seconds=entry["seconds"],
            peak_bytes=entry.get("peak_bytes", 0),
            output=entry["output"],
            cause=cause_from_data(entry["cause"]),
        ),
    )
