"""Exports scores as the CSV that Canvas imports: a row a student, a column each."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.gradebook.cells import to_csv
from autograder.gradebook.records import Entry
from autograder.score import plain_number

STUDENT = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POSSIBLE = "    Points Possible"
"""How Canvas itself writes the row; it knows it by the blanks."""


def to_canvas(entries: Sequence[Entry]) -> str:
    """Scores by student; empty where there is none yet, which Canvas leaves alone.

    Canvas looks for a student by `ID`, which is known of whoever is in its export,
    then by `SIS User ID`, the roster's id, and by `SIS Login ID`, the e-mail address.
    """
    most = {entry.report.assignment: entry.score.most for entry in entries}
    students = {entry.student.id: entry.student for entry in entries}
    ids = {e.student.id: e.report.canvas_id for e in entries if e.report.canvas_id}
    scores = {
        (entry.student.id, entry.report.assignment): entry.score.points
        for entry in entries
    }
    rows: list[list[object]] = [[POSSIBLE, "", "", "", "", *most.values()]]
    for student in students.values():
        points = (scores.get((student.id, assignment)) for assignment in most)
        known = ids.get(student.id, "")
        rows.append(
            [
                student.name or student.id,
                known,
                # Without a roster a student goes by Canvas's id, which is no other's.
                "" if student.id == known else student.id,
                student.email,
                student.group,
                *("" if p is None else plain_number(p) for p in points),
            ]
        )
    return to_csv([*STUDENT, *most], rows)
