"""Keeps the gradebook's file: adds runs, grades and overrides, and reads them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.errors import UsageError
from autograder.gradebook import rows, schema
from autograder.gradebook.lock import only_writer
from autograder.gradebook.records import Asked, Entry, Grade, Run
from autograder.gradebook.standing import standing
from autograder.model import Report, Verdict
from autograder.report import to_json
from autograder.score import Override

FILE = "gradebook.sqlite"


class Book:
    """The gradebook in a folder, to read; within `writing` also to add to.

    Other processes may read while one writes.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def writing(cls, folder: Path, *, fresh: bool = False) -> Iterator[Book]:
        """The gradebook in `folder`, made where there is none.

        Args:
            folder: where it lies.
            fresh: begin a new one, and keep the old one under another name.

        Raises:
            UsageError: if another process writes it, or it is no gradebook of ours.
        """
        with only_writer(folder):
            if fresh:
                _put_aside(folder / FILE)
            with _opened(folder / FILE) as book:
                yield book

    @classmethod
    @contextmanager
    def reading(cls, folder: Path) -> Iterator[Book]:
        """The gradebook that is in `folder`.

        Raises:
            UsageError: if there is none, or it is no gradebook of ours.
        """
        if not (folder / FILE).is_file():
            raise UsageError(
                f"no {FILE} in {folder}: name the folder that `grade` wrote (--out)"
            )
        with _opened(folder / FILE) as book:
            yield book

    def runs(self) -> tuple[Run, ...]:
        """All runs, the first one first."""
        found = self._connection.execute("SELECT * FROM runs ORDER BY id")
        return tuple(map(rows.run, found))

    def run(self, number: int | None = None) -> Run:
        """The run of that number, or the last one.

        Raises:
            UsageError: if there is none; it names those that there are.
        """
        runs = {run.id: run for run in self.runs()}
        if not runs:
            raise UsageError("the gradebook has no run yet: grade into it first")
        if number is None:
            return runs[max(runs)]
        if number not in runs:
            there = ", ".join(map(str, runs))
            raise UsageError(f"no run {number} in the gradebook; there is: {there}")
        return runs[number]

    def grades(self, run: int) -> tuple[Grade, ...]:
        """All grades of a run, in the order of its plan."""
        found = self._connection.execute(
            "SELECT * FROM grades WHERE run = ? ORDER BY place", [run]
        )
        return tuple(map(rows.grade, found))

    def reports(self, run: int | None = None) -> tuple[Report, ...]:
        """All reports of a run, or of the last one, in the order of its plan."""
        return tuple(grade.report for grade in self.grades(self.run(run).id))

    def overrides(self) -> tuple[Override, ...]:
        """All that persons said, in the order in which they did."""
        found = self._connection.execute("SELECT * FROM overrides ORDER BY id")
        return tuple(map(rows.override, found))

    def scores(
        self,
        run: int | None = None,
        *,
        keep: str | None = None,
        rules: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> tuple[Entry, ...]:
        """The grades that count and what they are worth, in the roster's order.

        Args:
            run: as of which run; the last one where None.
            keep: one of `KEEPS`; what the run was asked for where None.
            rules: settings of the score by assignment, instead of the run's own.
        """
        asked = self.run(run)
        kept = keep or asked.asked.keep
        numbers = [one.id for one in self.runs() if one.id <= asked.id]
        grades = [
            grade
            for number in (numbers if kept == "best" else [asked.id])
            for grade in self.grades(number)
        ]
        own = {**asked.asked.rules, **(rules or {})}
        return standing(grades, self.overrides(), asked.asked.roster, own, keep=kept)

    def known(self, key: str) -> Grade | None:
        """A grade of that key in any run, unless a check of it was our fault."""
        found = self._connection.execute(
            "SELECT * FROM grades WHERE key = ? ORDER BY run DESC, place", [key]
        )
        grades = map(rows.grade, found)
        return next(
            (g for g in grades if not g.report.count(Verdict.GRADER_ERROR)), None
        )

    def begin(self, asked: Asked) -> Run:
        """A new run, or the last one where that asked for the same and did not end."""
        runs = self.runs()
        if runs and not runs[-1].ended and runs[-1].asked.plan == asked.plan:
            return runs[-1]
        roster = [asdict(student) for student in asked.roster]
        with self._connection:
            cursor = self._connection.execute(
                "INSERT INTO runs (plan, asked, rules, roster, keep, total, began)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    asked.plan,
                    asked.words,
                    json.dumps(asked.rules),
                    json.dumps(roster),
                    asked.keep,
                    asked.total,
                    _now(),
                ],
            )
        return self.run(cursor.lastrowid)

    def record(self, grades: Iterable[Grade]) -> None:
        """Adds grades, all of them or none."""
        added = [
            (
                grade.run,
                grade.place,
                grade.report.owner,
                grade.report.submission,
                grade.report.attempt,
                grade.report.assignment,
                grade.key,
                grade.origin,
                to_json(grade.report),
            )
            for grade in grades
        ]
        with self._connection:
            self._connection.executemany(
                "INSERT INTO grades VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", added
            )

    def end(self, run: Run) -> None:
        """Says that all of a run is graded."""
        with self._connection:
            self._connection.execute(
                "UPDATE runs SET ended = ? WHERE id = ?", [_now(), run.id]
            )

    def say(self, override: Override) -> None:
        """Adds what a person decided or remarked."""
        points = None if override.points is None else str(override.points)
        with self._connection:
            self._connection.execute(
                "INSERT INTO overrides"
                " (at, author, student, assignment, check_id, points, reason)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    _now(),
                    override.author,
                    override.student,
                    override.assignment,
                    override.check,
                    points,
                    override.reason,
                ],
            )


@contextmanager
def _opened(file: Path) -> Iterator[Book]:
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        try:
            version = schema.prepare(connection)
        except sqlite3.DatabaseError as error:
            raise UsageError(f"{file} is no gradebook: {error}") from error
        if version != schema.VERSION:
            raise UsageError(
                f"{file} has schema {version}, expected {schema.VERSION}:"
                " read it with the release that wrote it, or start over with --fresh"
            )
        yield Book(connection)


def _put_aside(file: Path) -> None:
    """Gives a gradebook the first name that is free, with all that belongs to it."""
    if not file.is_file():
        return
    with _opened(file) as book:  # closing brings the log into the file
        book.runs()
    numbers = (file.with_stem(f"{file.stem}-{number}") for number in range(1, 1 << 20))
    file.rename(next(name for name in numbers if not name.exists()))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
