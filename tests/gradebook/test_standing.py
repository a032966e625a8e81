"""Which grade of a student counts, and in which order they stand."""

from decimal import Decimal

import pytest

from autograder.gradebook.book import Book
from autograder.roster import Student
from autograder.score import Override


@pytest.fixture
def twice(course):
    """Two attempts of alice, the first one better; then a regrade that is worse."""

    def attempts(first, second):
        return [
            course.work("alice-1", first, student="alice"),
            course.work("alice-2", second, student="alice", attempt=2),
        ]

    course.run(*attempts("PASSED PASSED", "PASSED FAILED"))
    course.run(*attempts("PASSED FAILED#", "PASSED FAILED##"))
    return course


@pytest.mark.parametrize(
    ("keep", "scores"),
    [
        ("latest", [("alice-2", 2)]),
        ("best", [("alice-1", 4)]),
        ("all", [("alice-1", 2), ("alice-2", 2)]),
    ],
)
def test_grade_that_counts_is_the_one_asked_for(twice, keep, scores):
    assert twice.scores(keep=keep) == scores


def test_best_grade_as_of_a_run_looks_at_no_later_one(twice):
    assert twice.scores(1, keep="best") == [("alice-1", 4)]


def test_best_of_equal_grades_is_the_latest(course):
    for text in ("PASSED", "PASSED#"):
        course.run(course.work("alice", text))

    [entry] = course.read("scores", keep="best")

    assert entry.grade.run == 2


def test_grade_that_is_our_fault_is_never_the_best(course):
    course.run(course.work("alice", "FAILED"))
    course.run(course.work("alice", "GRADER_ERROR"))

    assert course.scores(keep="best") == [("alice", 0)]
    assert course.scores() == [("alice", None)]


def test_rows_stand_in_the_rosters_order_and_strangers_after_it(course):
    works = [course.work(name, "PASSED") for name in ("zoe", "bob", "amy", "carl")]
    roster = [Student(id=name, name=name.title()) for name in ("carl", "bob")]

    course.run(*works, roster=roster)

    entries = course.read("scores")
    assert [e.student.name for e in entries] == ["Carl", "Bob", "amy", "zoe"]


def test_override_counts_for_every_run_and_is_shown(course):
    course.run(course.work("alice", "FAILED"))
    said = Override(
        student="alice",
        assignment="a1_tiny",
        points=Decimal(7),
        author="Li",
        reason="fair",
    )
    with Book.writing(course.folder) as book:
        book.say(said)
    course.run(course.work("alice", "FAILED#"))

    [entry] = course.read("scores")

    assert entry.score.points == 7
    assert [one.author for one in entry.score.overrides] == ["Li"]


def test_rules_of_the_run_make_the_score_and_others_can_be_asked_for(course):
    course.run(course.work("alice", "PASSED PASSED"))

    assert course.scores() == [("alice", 4)]
    assert course.scores(rules={"a1_tiny": {"cap": 3}}) == [("alice", 3)]
