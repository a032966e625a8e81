"""Reads a roster: CSV with the columns id, name, email and group."""

from __future__ import annotations

import csv
from pathlib import Path

from autograder.errors import UsageError
from autograder.roster import Roster, Student

COLUMNS = ("id", "name", "email", "group")


def read_roster(file: Path) -> Roster:
    """The roster in `file`, in its order; only the column `id` must be there.

    Raises:
        UsageError: if it cannot be read, or an id is missing or there twice.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened, skipinitialspace=True)
            columns = {
                (name or "").strip().lower(): name for name in rows.fieldnames or ()
            }
            if "id" not in columns:
                there = ", ".join(filter(None, columns)) or "nothing"
                raise UsageError(
                    f"{file}: expected the columns {', '.join(COLUMNS)}; found {there}"
                )
            students = [
                Student(
                    **{
                        column: (row.get(columns[column]) or "").strip()
                        for column in COLUMNS
                        if column in columns
                    }
                )
                for row in rows
                if any(filter(None, row.values()))
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"the roster {file} cannot be read: {error}") from error
    seen: set[str] = set()
    for number, student in enumerate(students, start=1):
        if not student.id or student.id.casefold() in seen:
            said = f"is there twice: {student.id!r}" if student.id else "is missing"
            raise UsageError(f"{file}: the id of student {number} {said}")
        seen.add(student.id.casefold())
    return Roster(students=tuple(students))
