import csv
import io

import pytest

from autograder.gradebook import COLUMNS, to_csv
from autograder.message import Words
from autograder.model import (
    Check,
    CheckResult,
    Finding,
    Report,
    Verdict,
    Visibility,
)


def report(name="alice", verdicts=(Verdict.PASSED,), notes=()):
    check = Check(
        part="p",
        name="test_x",
        points=2,
        visibility=Visibility.PUBLIC,
        lesson=Words(en="x"),
    )
    results = tuple(
        CheckResult(check=check, finding=Finding(verdict=v)) for v in verdicts
    )
    return Report(
        submission=name,
        assignment="a1_tiny",
        results=results,
        notes=notes,
        seconds=2.25,
    )


def rows(*reports):
    return list(csv.DictReader(io.StringIO(to_csv(reports), newline="")))


def test_gradebook_has_its_columns_also_without_reports():
    assert to_csv([]) == ",".join(COLUMNS) + "\n"


def test_row_counts_every_verdict():
    [row] = rows(report(verdicts=[Verdict.PASSED, Verdict.PASSED, Verdict.TIMED_OUT]))

    assert (row["score"], row["max_score"]) == ("4", "6")
    assert (row["passed"], row["timed_out"], row["failed"]) == ("2", "1", "0")


def test_score_is_empty_when_a_check_was_our_fault():
    [row] = rows(report(verdicts=[Verdict.PASSED, Verdict.GRADER_ERROR]))

    assert (row["score"], row["grader_error"]) == ("", "1")


def test_score_of_nothing_is_zero_and_not_empty():
    [row] = rows(report(verdicts=[Verdict.FAILED]))

    assert row["score"] == "0"


@pytest.mark.parametrize("first", "=+-@")
def test_name_cannot_become_a_formula(first):
    [row] = rows(report(name=f"{first}cmd"))

    assert row["submission"] == f"'{first}cmd"


@pytest.mark.parametrize("first", "=+-@")
def test_notes_cannot_become_a_formula(first):
    [row] = rows(report(notes=(f"{first}HYPERLINK(1)", "b")))

    assert row["notes"] == f"'{first}HYPERLINK(1); b"


@pytest.mark.parametrize("name", ['a"b', "a,b", "a=b", "李雷", "o'neil"])
def test_name_survives_reading_back(name):
    [row] = rows(report(name=name))

    assert row["submission"] == name


@pytest.mark.parametrize("bad", ["\n", "\r", "\t", "\0", "\x1b", "\ud800"])
def test_name_cannot_begin_another_cell_or_row(bad):
    [row] = rows(report(name=f"{bad}=1", notes=(f"a{bad}=1,2",)))

    assert row["submission"] == "\ufffd=1"
    assert row["notes"] == "a\ufffd=1,2"
