"""Exports one assignment's scores as the grading worksheet that Moodle imports."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.gradebook.cells import to_csv
from autograder.gradebook.records import Entry
from autograder.letter import arithmetic
from autograder.score import plain_number

COLUMNS = (
    "Identifier",
    "Full name",
    "Email address",
    "Status",
    "Grade",
    "Maximum Grade",
    "Feedback comments",
)


def to_moodle(entries: Iterable[Entry]) -> str:
    """Scores of one assignment; Moodle finds a participant by number or address."""
    return to_csv(COLUMNS, map(_row, entries))


def _row(entry: Entry) -> list[object]:
    student, score = entry.student, entry.score
    number = student.id
    return [
        f"Participant {number}" if number.isdecimal() else number,
        student.name,
        student.email,
        "Submitted for grading" if entry.report.digest else "No submission",
        "" if score.points is None else plain_number(score.points),
        score.most,
        "; ".join(arithmetic(score)),
    ]
