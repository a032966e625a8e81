"""What a gradebook holds, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from autograder.model import Report
from autograder.roster import Roster, Student
from autograder.score import Score

KEEPS = ("latest", "best", "all")
"""Which grades of a student count: the latest, the best, or each attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one run is to grade, and how.

    Attributes:
        plan: digest of all of it.
        words: what was asked, for people.
        rules: settings of the score by assignment.
        roster: who takes the course.
        keep: which grades count, one of `KEEPS`.
        total: how many grades there will be.
    """

    plan: str
    words: str = "grade"
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    roster: Roster = field(default_factory=Roster)
    keep: str = "latest"
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One time that grading was asked for; `ended` is empty while it is under way."""

    id: int
    asked: Asked
    began: str
    ended: str = ""

    @property
    def name(self) -> str:
        """A folder's name that no other run has, of another gradebook neither."""
        said = f"{self.asked.plan} {self.began}"
        return f"{self.id}-{sha256(said.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """One submission's report in a run.

    Attributes:
        run: the run.
        place: its place in the run's plan.
        key: digest of what determines its score.
        origin: the run in which it was graded.
        report: its verdicts.
    """

    run: int
    place: int
    key: str
    origin: int
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the gradebook: a grade that counts, whose it is, what it is worth."""

    student: Student
    grade: Grade
    score: Score

    @property
    def report(self) -> Report:
        """The verdicts."""
        return self.grade.report
