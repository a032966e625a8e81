"""Says which grades count, in which order they stand, and what each is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from autograder.gradebook.records import Entry, Grade
from autograder.roster import Roster, Student
from autograder.rules import read_rules
from autograder.score import Override, score

UNGRADED = Decimal(-1)


def standing(
    grades: Iterable[Grade],
    overrides: Sequence[Override],
    roster: Roster,
    rules: Mapping[str, Mapping[str, Any]],
    *,
    keep: str,
) -> tuple[Entry, ...]:
    """The entries of the gradebook, by assignment, and there by the roster's order.

    Whoever is not on the roster comes after it, by name.

    Args:
        grades: those to choose among.
        overrides: what persons said.
        roster: who takes the course.
        rules: settings of the score by assignment.
        keep: `latest` or `best` of a student's grades, or `all`.
    """
    students = {student.id: student for student in roster}
    entries = [_entry(grade, overrides, students, rules) for grade in grades]
    if keep != "all":
        better = _goodness if keep == "best" else _lateness
        chosen: dict[tuple[str, str], Entry] = {}
        for entry in sorted(entries, key=better):
            chosen[entry.report.assignment, entry.report.owner] = entry
        entries = list(chosen.values())
    assignments = list(
        dict.fromkeys(grade.report.assignment for grade in _plan(entries))
    )
    places = {student: place for place, student in enumerate(students)}

    def order(entry: Entry) -> tuple[int, int, str, int, str]:
        report = entry.report
        place = places.get(report.owner, len(places))
        assignment = assignments.index(report.assignment)
        return assignment, place, report.owner, report.attempt, report.submission

    return tuple(sorted(entries, key=order))


def _entry(
    grade: Grade,
    overrides: Sequence[Override],
    students: Mapping[str, Student],
    rules: Mapping[str, Mapping[str, Any]],
) -> Entry:
    report = grade.report
    own = read_rules(rules.get(report.assignment, {}))
    student = students.get(report.owner, Student(id=report.owner, name=report.owner))
    return Entry(student=student, grade=grade, score=score(report, own, overrides))


def _plan(entries: Iterable[Entry]) -> list[Grade]:
    return sorted(
        (e.grade for e in entries), key=lambda grade: (grade.run, grade.place)
    )


def _lateness(entry: Entry) -> tuple[int, int, int]:
    return entry.grade.run, entry.report.attempt, entry.grade.place


def _goodness(entry: Entry) -> tuple[Decimal, tuple[int, int, int]]:
    points = entry.score.points
    return UNGRADED if points is None else points, _lateness(entry)
