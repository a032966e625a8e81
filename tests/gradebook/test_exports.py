"""What other platforms are given: the right columns, and nothing that can do harm."""

import csv
import io
import json
from decimal import Decimal
from functools import partial
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.gradebook.canvas import to_canvas
from autograder.gradebook.ctrf import to_ctrf
from autograder.gradebook.document import to_document
from autograder.gradebook.github import MOST, to_annotations
from autograder.gradebook.gradescope import to_gradescope, to_results
from autograder.gradebook.junit import to_junit
from autograder.gradebook.moodle import to_moodle
from autograder.gradebook.outputs import FORMATS, rendered, write
from autograder.gradebook.records import KEEPS, Asked, Run
from autograder.gradebook_arguments import FORMATS as OFFERED
from autograder.gradebook_arguments import KEEPS as OFFERED_KEEPS
from autograder.kit.failures import Sentence
from autograder.message import Message
from autograder.roster import Student
from autograder.rules import Rules
from autograder.score import Override
from autograder.site.writing import site

LEI = Student(id="7", name="Li Lei", email="lei@x.edu", group="B")
RUN = Run(id=1, asked=Asked(plan="x"), began="2026-01-01T00:00:00+00:00")
SAID = Override(
    student="alice",
    assignment="a1_tiny",
    author="Ms Li",
    reason="fair",
    points=Decimal("2.5"),
)


def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_canvas_has_a_row_of_points_and_a_column_for_each_assignment(make_entry):
    other = make_entry("PASSED FAILED", student=LEI, assignment="a2_other")

    points, row = rows(to_canvas([make_entry("PASSED", student=LEI), other]))

    assert points["Student"] == "    Points Possible"
    assert (points["a1_tiny"], points["a2_other"]) == ("2", "4")
    assert (row["Student"], row["SIS User ID"], row["Section"]) == ("Li Lei", "7", "B")
    assert (row["a1_tiny"], row["a2_other"]) == ("2", "2")


def test_canvas_has_its_own_id_when_one_submission_says_it(
    make_entry,
):
    other = make_entry("PASSED", student=LEI, assignment="a2_other")

    _, row = rows(to_canvas([make_entry(student=LEI, canvas_id="501"), other]))

    assert (row["ID"], row["SIS User ID"]) == ("501", "7")


def test_canvas_has_no_id_of_its_own_where_the_export_was_not_its(make_entry):
    _, row = rows(to_canvas([make_entry(student=LEI)]))

    assert row["ID"] == ""


def test_canvas_is_not_given_its_own_id_as_that_of_another_system(make_entry):
    _, row = rows(to_canvas([make_entry(student=Student(id="501"), canvas_id="501")]))

    assert (row["ID"], row["SIS User ID"]) == ("501", "")


def test_canvas_leaves_alone_what_has_no_score(make_entry):
    _, row = rows(to_canvas([make_entry("GRADER_ERROR", student=LEI)]))

    assert row["a1_tiny"] == ""


def test_moodle_names_the_participant_and_shows_the_arithmetic(make_entry):
    entry = make_entry("PASSED", student=LEI, rules=Rules(cap=1))

    [row] = rows(to_moodle([entry]))

    assert (row["Identifier"], row["Email address"]) == ("Participant 7", "lei@x.edu")
    assert (row["Grade"], row["Maximum Grade"]) == ("1", "1")
    assert "all counts at most 1" in row["Feedback comments"]


def test_gradescope_says_how_late_a_submission_is(make_entry):
    [row] = rows(to_gradescope([make_entry(student=LEI, late_seconds=3725.0)]))

    assert (row["SID"], row["Total Score"], row["Max Points"]) == ("7", "2", "2")
    assert row["Lateness (H:M:S)"] == "01:02:05"


@pytest.mark.parametrize(
    "export",
    [lambda e: to_canvas([e]), lambda e: to_moodle([e])],
    ids=["canvas", "moodle"],
)
def test_name_in_an_export_cannot_become_a_formula(make_entry, export):
    text = export(make_entry(student=Student(id="7", name='=HYPERLINK("x")')))

    assert "'=HYPERLINK" in text


def test_results_have_the_score_by_the_rules_and_an_entry_for_each_check(make_entry):
    entry = make_entry("PASSED FAILED", rules=Rules(cap=1), said=[SAID])

    results = json.loads(to_results(entry))

    assert results["score"] == 2.5
    assert "Ms Li set the score: fair" in results["output"]
    assert [(t["score"], t["max_score"], t["status"]) for t in results["tests"]] == [
        (2, 2, "passed"),
        (0, 2, "failed"),
    ]


def test_results_show_a_hidden_check_after_grades_are_published(make_entry):
    results = json.loads(to_results(make_entry("FAILED FAILED", output="SECRET")))

    public, hidden = results["tests"]
    assert (public["visibility"], hidden["visibility"]) == (
        "visible",
        "after_published",
    )
    assert "SECRET" in public["output"]
    assert "SECRET" not in hidden["output"]


def test_results_have_no_score_when_a_check_was_our_fault(make_entry):
    results = json.loads(to_results(make_entry("PASSED GRADER_ERROR")))

    assert "score" not in results
    assert results["tests"] == []
    assert "not your code's fault" in results["output"]


def test_junit_tells_our_faults_from_failures(make_entry):
    [suite] = ET.fromstring(to_junit([make_entry("PASSED FAILED GRADER_ERROR")]))  # noqa: S314 - our own text

    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert suite.get("errors") == "1"
    assert [[found.tag for found in case] for case in suite] == [
        [],
        ["failure"],
        ["error"],
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=[])))
def test_junit_can_be_read_whatever_a_submission_printed(make_entry, text):
    entry = make_entry("FAILED", output=text, name=f"a{text}")

    [suite] = ET.fromstring(to_junit([entry]).encode())  # noqa: S314 - our own text

    assert len(suite) == 1


def test_ctrf_counts_what_there_is(make_entry):
    entry = make_entry(
        "PASSED FAILED GRADER_ERROR",
        seconds=2.0,
        graded_at="2026-01-01T00:00:02+00:00",
    )

    results = json.loads(to_ctrf([entry]))["results"]

    summary = results["summary"]
    assert (summary["tests"], summary["passed"], summary["failed"]) == (3, 1, 1)
    assert (summary["skipped"], summary["other"]) == (0, 1)
    assert summary["stop"] - summary["start"] == 2000
    assert [test["status"] for test in results["tests"]] == [
        "passed",
        "failed",
        "other",
    ]


def test_annotations_stand_at_the_students_own_line(make_entry):
    message = Message(headline=Sentence("wrong"), where="a1_tiny/adder.py:41")

    _, line = to_annotations(make_entry("FAILED", message=message)).splitlines()

    assert line.startswith("::error file=assignments/a1_tiny/adder.py,line=41,title=")


def test_annotations_are_no_more_than_are_shown(make_entry):
    text = to_annotations(make_entry(" ".join(["FAILED"] * 2 * MOST)))

    assert len(text.splitlines()) == MOST


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text())
def test_no_submission_can_give_a_runner_commands(make_entry, text):
    hostile = make_entry("FAILED", output=f"\n::set-output::{text}\r::error::")

    lines = to_annotations(hostile).splitlines()

    assert [line.split(" ")[0] for line in lines] == ["::notice", "::error"]


def test_document_holds_scores_reports_and_what_was_said(make_entry):
    entry = make_entry("PASSED GRADER_ERROR", said=[SAID])

    document = json.loads(to_document(RUN, [entry]))

    [found] = document["entries"]
    assert document["schema"] == "autograder.gradebook/1"
    assert (found["score"], found["max_score"]) == (2.5, 4)
    assert found["overrides"][0]["author"] == "Ms Li"
    assert found["report"]["schema"] == "autograder.report/3"


def test_every_format_that_is_offered_can_be_written(make_entry, tmp_path):
    more = {"site": partial(site, bank={})}

    files = write(tmp_path, rendered(OFFERED, RUN, [make_entry()], more))

    assert (*FORMATS, *more) == OFFERED
    n_files = len(list(site(RUN, [make_entry()], {})))
    assert len(files) == len(FORMATS) + 1 + n_files  # feedback in two languages
    assert all(file.read_text() for file in files)


def test_every_keep_that_is_offered_is_one():
    assert OFFERED_KEEPS == KEEPS


def test_feedback_is_written_in_both_languages(make_entry, tmp_path):
    write(tmp_path, rendered(["feedback"], RUN, [make_entry()]))

    folder = tmp_path / "feedback" / "a1_tiny"
    assert (folder / "alice.md").read_text().startswith("# a1_tiny: 2 of 2 points")
    assert "满分" in (folder / "alice.zh.md").read_text()
