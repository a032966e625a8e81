"""The gradebook's file: who may write it, what it refuses, what it keeps."""

import os
import sqlite3
import subprocess
import sys
from decimal import Decimal
from shutil import copy

import pytest

from autograder.errors import UsageError
from autograder.gradebook.book import FILE, Book
from autograder.gradebook.records import Asked, Grade
from autograder.roster import Roster, Student
from autograder.score import Override

ASKED = Asked(
    plan="x",
    rules={"a1_tiny": {"cap": 3}},
    roster=Roster(students=(Student(id="7", name="Li Lei"),)),
    keep="best",
    total=2,
)
SAID = Override(
    student="alice",
    assignment="a1_tiny",
    check="p/test_0",
    points=Decimal("1.5"),
    author="Li",
    reason="fair",
)


def test_run_is_read_as_it_was_asked_for(tmp_path):
    with Book.writing(tmp_path) as book:
        book.begin(ASKED)

    with Book.reading(tmp_path) as book:
        [run] = book.runs()
    assert (run.id, run.asked, run.ended) == (1, ASKED, "")


def test_grades_are_read_as_they_were_recorded(tmp_path, make_report):
    reports = [make_report(name=name, digest="d") for name in ("alice", "bob")]
    with Book.writing(tmp_path) as book:
        book.begin(ASKED)
        grades = [
            Grade(run=1, place=place, key="k", origin=1, report=report)
            for place, report in enumerate(reports)
        ]

        book.record(grades)

        assert list(book.grades(1)) == grades
        assert list(book.reports()) == reports


def test_grades_are_recorded_all_or_none(tmp_path, make_report):
    grade = Grade(run=1, place=0, key="k", origin=1, report=make_report())
    with Book.writing(tmp_path) as book:
        book.begin(ASKED)
        with pytest.raises(sqlite3.IntegrityError):
            book.record([grade, grade])

        assert book.grades(1) == ()


def test_grade_is_never_overwritten(tmp_path, make_report):
    grade = Grade(run=1, place=0, key="k", origin=1, report=make_report())
    with Book.writing(tmp_path) as book:
        book.begin(ASKED)
        book.record([grade])

        with pytest.raises(sqlite3.IntegrityError):
            book.record([grade])


def test_overrides_are_kept_in_order(tmp_path):
    with Book.writing(tmp_path) as book:
        for reason in ("fair", "fairer"):
            book.say(
                Override(student="a", assignment="a1_tiny", author="Li", reason=reason)
            )
        book.say(SAID)

        found = book.overrides()

    assert [said.reason for said in found] == ["fair", "fairer", "fair"]
    assert (found[2].points, found[2].check) == (Decimal("1.5"), "p/test_0")
    assert all(said.at for said in found)


def test_second_process_is_refused_and_told_who_writes(tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from autograder.errors import UsageError\n"
        "from autograder.gradebook.book import Book\n"
        "try:\n    with Book.writing(Path(sys.argv[1])):\n        print('writes')\n"
        "except UsageError as error:\n    print(error)\n"
    )

    with Book.writing(tmp_path):
        done = subprocess.run(
            [sys.executable, "-c", code, tmp_path],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )

    assert f"in use by process {os.getpid()}:" in done.stdout


def test_gradebook_can_be_read_while_it_is_written(tmp_path):
    with Book.writing(tmp_path) as book:
        book.begin(ASKED)
        with Book.reading(tmp_path) as other:
            assert len(other.runs()) == 1


def test_fresh_gradebook_keeps_the_old_ones_aside(tmp_path):
    for plan in ("first", "second", "third"):
        with Book.writing(tmp_path, fresh=True) as book:
            book.begin(Asked(plan=plan))

    plans = {}
    for file in tmp_path.glob("*.sqlite"):
        alone = tmp_path / file.stem
        alone.mkdir()
        copy(file, alone / FILE)
        with Book.reading(alone) as book:
            plans[file.name] = [run.asked.plan for run in book.runs()]
    assert plans == {
        "gradebook.sqlite": ["third"],
        "gradebook-1.sqlite": ["first"],
        "gradebook-2.sqlite": ["second"],
    }


def test_gradebook_that_is_not_there_is_not_made_by_reading(tmp_path):
    with pytest.raises(UsageError, match=f"no {FILE} in"), Book.reading(tmp_path):
        pass

    assert not list(tmp_path.iterdir())


def test_file_that_is_no_gradebook_is_refused(tmp_path):
    (tmp_path / FILE).write_text("a,b\n" * 1000)

    with (
        pytest.raises(UsageError, match="is no gradebook"),
        Book.writing(tmp_path),
    ):
        pass


def test_gradebook_of_another_version_is_refused(tmp_path):
    with Book.writing(tmp_path):
        pass
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with (
        pytest.raises(UsageError, match="schema 99, expected 1"),
        Book.reading(tmp_path),
    ):
        pass


def test_run_that_is_not_there_names_those_that_are(tmp_path):
    with Book.writing(tmp_path) as book:
        book.begin(ASKED)

        with pytest.raises(UsageError, match="no run 9 in the gradebook; there is: 1"):
            book.run(9)


def test_gradebook_without_a_run_says_so(tmp_path):
    with Book.writing(tmp_path) as book, pytest.raises(UsageError, match="no run yet"):
        book.reports()
