import csv
import io
from decimal import Decimal

import pytest

from autograder.gradebook.table import COLUMNS, to_table
from autograder.roster import Student
from autograder.score import Override


def rows(*entries):
    return list(csv.DictReader(io.StringIO(to_table(entries), newline="")))


def test_gradebook_has_its_columns_also_without_reports():
    assert to_table([]) == ",".join(COLUMNS) + "\n"


def test_row_counts_every_verdict(make_entry):
    [row] = rows(make_entry("PASSED PASSED TIMED_OUT"))

    assert (row["score"], row["max_score"]) == ("4", "6")
    assert (row["passed"], row["timed_out"], row["failed"]) == ("2", "1", "0")


def test_score_is_empty_when_a_check_was_our_fault(make_entry):
    [row] = rows(make_entry("PASSED GRADER_ERROR"))

    assert (row["score"], row["grader_error"]) == ("", "1")


def test_score_of_nothing_is_zero_and_not_empty(make_entry):
    [row] = rows(make_entry("FAILED"))

    assert row["score"] == "0"


@pytest.mark.parametrize("first", "=+-@")
def test_name_cannot_become_a_formula(make_entry, first):
    [row] = rows(make_entry(name=f"{first}cmd"))

    assert row["submission"] == f"'{first}cmd"


@pytest.mark.parametrize("first", "=+-@")
def test_notes_cannot_become_a_formula(make_entry, first):
    [row] = rows(make_entry(notes=(f"{first}HYPERLINK(1)", "b")))

    assert row["notes"] == f"'{first}HYPERLINK(1); b"


@pytest.mark.parametrize("name", ['a"b', "a,b", "a=b", "李雷", "o'neil"])
def test_name_survives_reading_back(make_entry, name):
    [row] = rows(make_entry(name=name))

    assert row["submission"] == name


@pytest.mark.parametrize("bad", ["\n", "\r", "\t", "\0", "\x1b", "\ud800"])
def test_name_cannot_begin_another_cell_or_row(make_entry, bad):
    [row] = rows(make_entry(name=f"{bad}=1", notes=(f"a{bad}=1,2",)))

    assert row["submission"] == "\ufffd=1"
    assert row["notes"] == "a\ufffd=1,2"


def test_row_says_whose_it_is_and_how_late(make_entry):
    student = Student(id="7", name="Li Lei", email="l@x", group="B")

    [row] = rows(make_entry(student=student, late_seconds=90000, attempt=3))

    assert [row[c] for c in ("student", "name", "email", "group")] == [
        "7",
        "Li Lei",
        "l@x",
        "B",
    ]
    assert (row["late_days"], row["attempt"]) == ("2", "3")


def test_row_says_what_a_person_decided(make_entry):
    said = Override(
        student="alice",
        assignment="a1_tiny",
        author="Li",
        reason="=fair",
        points=Decimal("1.50"),
    )

    [row] = rows(make_entry(said=[said]))

    assert (row["score"], row["decided_by"]) == ("1.5", "Li")
    assert row["comments"] == "Li: =fair"


@pytest.mark.parametrize("field", ["id", "name", "email", "group"])
def test_roster_cannot_become_a_formula(make_entry, field):
    student = Student(**({"id": "7"} | {field: " =cmd"}))

    [row] = rows(make_entry(student=student))

    assert row["student" if field == "id" else field] == "' =cmd"


def test_table_holds_no_time(make_entry):
    one = make_entry(seconds=1.0, graded_at="2026-01-01T00:00:00+00:00")
    other = make_entry(seconds=2.0, graded_at="2027-01-01T00:00:00+00:00")

    assert to_table([one]) == to_table([other])
