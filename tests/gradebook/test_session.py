"""Grading into a gradebook: it resumes, grades nothing twice and overwrites nothing."""

import pytest

from autograder.catalog import Release
from autograder.errors import UsageError
from autograder.gradebook.book import Book
from autograder.gradebook.session import Session, Wish
from autograder.roster import Roster

OTHER = Release(name="r2", secret="s2")  # noqa: S106 - a test's own


@pytest.fixture
def three(course):
    return [
        course.work("alice", "PASSED PASSED"),
        course.work("bob", "PASSED FAILED"),
        course.work("carol", ""),
    ]


def test_run_grades_everybody_in_order(course, three):
    graded = course.run(*three)

    assert graded == ["alice", "bob", "carol"]
    assert course.scores() == [("alice", 4), ("bob", 2), ("carol", 0)]


@pytest.fixture
def killed(course, three):
    """A run that was ended after its first submission."""
    course.most = 1
    course.interrupted(*three)
    course.most = None


@pytest.mark.usefixtures("killed")
def test_killed_run_keeps_what_was_finished(course):
    [run] = course.read("runs")

    assert not run.ended
    assert course.scores() == [("alice", 4)]


@pytest.mark.usefixtures("killed")
def test_same_command_goes_on_with_a_killed_run(course, three):
    graded = course.run(*three)

    [run] = course.read("runs")
    assert graded == ["bob", "carol"]
    assert run.ended


@pytest.mark.usefixtures("killed")
def test_resumed_run_says_how_much_there_is_to_do(course, three):
    with Book.writing(course.folder) as book:
        session = Session(
            book, three, release=course.release, roster=Roster(), wish=Wish()
        )

        assert session.summary == "run 1: 3 to grade, 1 of them graded before"
        assert session.names == ["a1_tiny/bob", "a1_tiny/carol"]


@pytest.mark.usefixtures("killed")
def test_killed_run_is_left_as_it_is_when_something_else_is_asked(course, three):
    course.run(*three[:2])

    assert [bool(run.ended) for run in course.read("runs")] == [False, True]
    assert len(course.read("reports", 1)) == 1


def test_same_command_after_the_end_grades_nothing(course, three):
    course.run(*three)

    graded = course.run(*three)

    assert graded == []
    assert len(course.read("runs")) == 1


def test_changed_submission_alone_is_graded_in_a_new_run(course, three):
    course.run(*three)

    graded = course.run(three[0], course.work("bob", "PASSED PASSED#2"), three[2])

    assert graded == ["bob"]
    assert course.scores(1) == [("alice", 4), ("bob", 2), ("carol", 0)]
    assert course.scores(2) == [("alice", 4), ("bob", 4), ("carol", 0)]


def test_report_that_is_taken_over_says_in_which_run_it_was_graded(course, three):
    course.run(*three[:2])
    course.run(*three)

    grades = course.read("grades", 2)

    assert [grade.origin for grade in grades] == [1, 1, 2]


@pytest.mark.parametrize(
    "wish",
    [{"cache": False}, {"repeat": 2}, {"release": OTHER}],
    ids=["no_cache", "repeated", "other_release"],
)
def test_everybody_is_graded_again_when_that_is_asked(course, three, wish):
    course.run(*three)

    assert course.run(*three, **wish) == ["alice", "bob", "carol"]


def test_grade_of_a_lower_tier_than_is_accepted_is_not_taken_over(course, three):
    course.isolation = "none"
    course.run(three[0], isolation="none")

    course.isolation = "full"
    graded = course.run(*three[:2])

    assert graded == ["alice", "bob"]


def test_stub_is_taken_over_although_nothing_confined_it(course):
    course.isolation = "none"
    work = course.work("alice", "NOT_ATTEMPTED")
    course.run(work)

    assert course.run(work, course.work("bob", "PASSED")) == ["bob"]


def test_our_fault_is_graded_again_by_the_same_command(course):
    work = course.work("alice", "GRADER_ERROR")
    course.run(work)

    assert course.run(work) == ["alice"]


def test_identical_submissions_are_graded_once_and_said_to_be_identical(course):
    works = [course.work(name, "PASSED FAILED") for name in ("alice", "bob")]

    graded = course.run(*works)

    reports = course.read("reports")
    assert graded == ["alice"]
    assert [(r.submission, r.owner) for r in reports] == [
        ("alice", "alice"),
        ("bob", "bob"),
    ]
    assert [r.identical_to for r in reports] == ["", "alice"]
    assert course.scores() == [("alice", 2), ("bob", 2)]


def test_identical_submissions_keep_what_canvas_knows_each_student_by(course):
    course.run(
        course.work("alice", "PASSED", canvas_id="1"),
        course.work("bob", "PASSED", canvas_id="2"),
    )

    assert [r.canvas_id for r in course.read("reports")] == ["1", "2"]


def test_regrade_of_a_canvas_export_learns_what_canvas_knows_a_student_by(course):
    course.run(course.work("alice", "PASSED"))

    graded = course.run(course.work("alice", "PASSED", canvas_id="1"))

    assert graded == []
    assert [r.canvas_id for r in course.read("reports")] == ["1"]


def test_identical_submissions_are_graded_each_without_the_cache(course):
    works = [course.work(name, "PASSED") for name in ("alice", "bob")]

    graded = course.run(*works, cache=False)

    assert graded == ["alice", "bob"]


def test_attempts_of_one_student_are_not_said_to_be_identical(course):
    works = [
        course.work(f"alice-{n}", "PASSED", student="alice", attempt=n) for n in (1, 2)
    ]

    course.run(*works)

    assert [r.identical_to for r in course.read("reports")] == ["", ""]


def test_those_who_handed_in_nothing_are_not_identical(course):
    graded = course.run(*[course.work(name, "") for name in ("alice", "bob")])

    assert graded == ["alice", "bob"]
    assert [r.identical_to for r in course.read("reports")] == ["", ""]


@pytest.mark.parametrize(
    ("only", "graded"),
    [
        ("failed", ["bob", "carol"]),
        ("changed", []),
        ("student=alice", ["alice"]),
        ("check=p/test_1", ["bob"]),
        ("check=test_1", ["bob"]),
        ("check=1", ["bob"]),
    ],
)
def test_regrade_grades_what_was_asked_for_and_keeps_the_rest(
    course, three, only, graded
):
    course.run(*three)

    assert course.run(*three, only=only) == graded
    assert course.scores(2) == course.scores(1)


def test_regrade_of_what_changed_grades_changed_submissions(course, three):
    course.run(*three)
    changed = course.work("bob", "PASSED PASSED#2")

    assert course.run(three[0], changed, three[2], only="changed") == ["bob"]


def test_regrade_grades_whoever_is_new(course, three):
    course.run(*three[:2])

    assert course.run(*three, only="student=alice") == ["alice", "carol"]


@pytest.mark.parametrize("only", ["all", "student=", "failed=x", "check"])
def test_regrade_of_what_there_is_not_is_refused(course, three, only):
    with pytest.raises(UsageError, match=f"got {only!r}"):
        course.run(*three, only=only)
