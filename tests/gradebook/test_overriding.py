from decimal import Decimal

import pytest

from autograder.errors import UsageError
from autograder.gradebook.overriding import checked, points_of
from autograder.score import Override


def said(student="alice", assignment="a1_tiny", check=""):
    return Override(
        student=student, assignment=assignment, check=check, author="Li", reason="fair"
    )


@pytest.mark.parametrize("text", ["0", "3", "2.5", "2.25"])
def test_points_are_read_as_they_are_written(text):
    assert points_of(text) == Decimal(text)


@pytest.mark.parametrize("text", ["", "x", "-1", "1.005", "NaN", "inf", "1/2"])
def test_points_that_are_none_are_refused(text):
    with pytest.raises(UsageError, match=f"got {text!r}"):
        points_of(text)


@pytest.mark.parametrize("name", ["p/test_1", "test_1", "1"])
def test_check_is_found_by_each_of_its_names(make_report, name):
    found = checked(said(check=name), [make_report("PASSED PASSED")])

    assert found.check == "p/test_1"


@pytest.mark.parametrize(
    ("override", "message"),
    [
        pytest.param(said(assignment="a9_x"), "no grade of 'a9_x'", id="assignment"),
        pytest.param(said("bob"), "'bob' for a1_tiny; there is: alice", id="student"),
        pytest.param(said(check="test_9"), "'test_9' in a1_tiny: p/test_0", id="check"),
    ],
)
def test_override_of_what_is_not_there_names_what_is(make_report, override, message):
    with pytest.raises(UsageError, match=message):
        checked(override, [make_report()])
