"""Writes the gradebook: one row for each submission of each assignment."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from autograder.model import Report, Verdict

COLUMNS = (
    "submission",
    "assignment",
    "score",
    "max_score",
    *(verdict.value.lower() for verdict in Verdict),
    "isolation",
    "release",
    "digest",
    "seconds",
    "notes",
)


def to_csv(reports: Iterable[Report]) -> str:
    """All `reports` as CSV; the score is empty where a check was our fault."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for report in reports:
        writer.writerow(
            [
                _guarded(report.submission),
                report.assignment,
                "" if report.score is None else report.score,
                report.max_score,
                *(report.count(verdict) for verdict in Verdict),
                report.isolation,
                report.release,
                report.digest,
                f"{report.seconds:.1f}",
                _guarded("; ".join(report.notes)),
            ]
        )
    return text.getvalue()


def _guarded(text: str) -> str:
    """`text` that is one cell, which a spreadsheet will not run as a formula.

    A carriage return would end the row: csv does not quote it.
    """
    shown = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return f"'{shown}" if shown.startswith(("=", "+", "-", "@")) else shown
