"""Turns rows of the gradebook's tables into what they say."""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal

from autograder.gradebook.records import Asked, Grade, Run
from autograder.report import from_json
from autograder.roster import Roster, Student
from autograder.score import Override


def run(row: sqlite3.Row) -> Run:
    """A row of `runs`."""
    students = (Student(**student) for student in json.loads(row["roster"]))
    asked = Asked(
        plan=row["plan"],
        words=row["asked"],
        rules=json.loads(row["rules"]),
        roster=Roster(students=tuple(students)),
        keep=row["keep"],
        total=row["total"],
    )
    return Run(id=row["id"], asked=asked, began=row["began"], ended=row["ended"] or "")


def grade(row: sqlite3.Row) -> Grade:
    """A row of `grades`."""
    return Grade(
        run=row["run"],
        place=row["place"],
        key=row["key"],
        origin=row["origin"],
        report=from_json(row["report"]),
    )


def override(row: sqlite3.Row) -> Override:
    """A row of `overrides`."""
    return Override(
        student=row["student"],
        assignment=row["assignment"],
        check=row["check_id"],
        points=None if row["points"] is None else Decimal(row["points"]),
        author=row["author"],
        reason=row["reason"],
        at=row["at"],
    )
