"""Gradebooks of a small course that no student code runs for."""

import pytest

from autograder.catalog import Release
from autograder.gradebook.book import Book
from autograder.gradebook.records import Entry, Grade
from autograder.gradebook.session import Session, Wish
from autograder.intake import Submission, Work
from autograder.message import Words
from autograder.model import (
    Check,
    CheckResult,
    Finding,
    Report,
    Verdict,
    Visibility,
)
from autograder.roster import Roster, Student
from autograder.score import score


@pytest.fixture
def make_report():
    """Make a report whose checks came to these verdicts; two points each."""

    def make(verdicts="PASSED", name="alice", message=None, output="", **fields):
        results = tuple(
            CheckResult(
                check=Check(
                    part="p",
                    name=f"test_{number}",
                    points=2,
                    visibility=Visibility.HIDDEN if number % 2 else Visibility.PUBLIC,
                    lesson=Words(en="x"),
                ),
                finding=Finding(
                    verdict=Verdict(verdict), message=message, output=output
                ),
            )
            for number, verdict in enumerate(verdicts.split())
        )
        named = {"submission": name, "assignment": "a1_tiny", "isolation": "full"}
        return Report(**(named | {"results": results} | fields))

    return make


@pytest.fixture
def make_entry(make_report):
    """Make an entry of a student's own report."""

    def make(*arguments, student=None, rules=None, said=(), **fields):
        report = make_report(*arguments, **fields)
        return Entry(
            student=student or Student(id=report.owner, name=report.owner),
            grade=Grade(run=1, place=0, key="k", origin=1, report=report),
            score=score(report, rules, said),
        )

    return make


class Course:
    """A course whose submissions are graded by what their text says."""

    def __init__(self, folder, assignment, make_report):
        self.folder = folder
        self.assignment = assignment
        self.make_report = make_report
        self.release = Release(name="r", secret="s")  # noqa: S106 - a test's own
        self.graded = []
        self.most = None
        self.isolation = "full"

    def work(self, name, text, **fields):
        files = {(self.assignment.id, "adder"): text.encode()} if text else {}
        submission = Submission(name=name, files=files, **fields)
        return Work(submission=submission, assignment=self.assignment)

    def grade_all(self, works):
        """Grade: the file holds the verdicts; after `most` reports comes the end."""
        for work in works:
            own = work.submission
            text = own.files.get((self.assignment.id, "adder"), b"NOT_ATTEMPTED")
            if len(self.graded) == self.most:
                raise KeyboardInterrupt
            self.graded.append(own.name)
            yield self.make_report(
                text.decode().split("#")[0],
                own.name,
                student=own.student,
                attempt=own.attempt,
                isolation=self.isolation,
                digest=own.digest(self.assignment.id),
            )

    def run(self, *works, roster=(), release=None, **wish):
        """Grade works into the gradebook; return the names of what was graded."""
        self.graded.clear()
        with Book.writing(self.folder) as book:
            session = Session(
                book,
                works,
                release=release or self.release,
                roster=Roster(students=tuple(roster)),
                wish=Wish(**wish),
            )
            for _ in session.finished(self.grade_all):
                pass
        return list(self.graded)

    def interrupted(self, *works, **wish):
        with pytest.raises(KeyboardInterrupt):
            self.run(*works, **wish)

    def read(self, method, *arguments, **named):
        with Book.reading(self.folder) as book:
            return getattr(book, method)(*arguments, **named)

    def scores(self, *arguments, **named):
        """Return whose score is which, in order."""
        entries = self.read("scores", *arguments, **named)
        return [(e.report.submission, e.score.points) for e in entries]


@pytest.fixture
def course(tmp_path, tiny, make_report):
    return Course(tmp_path / "out", tiny, make_report)
