"""Which known mistakes explain a class's failures."""

import pytest

from autograder.cause import Cause
from autograder.kit.mistake import Mistake
from autograder.site.class_page import patch
from autograder.site.misconceptions import misconceptions


def cause(*names):
    return Cause(mistakes=names, hint="hint", hint_zh="提示", agreed=9, of=9)


def mistake(name):
    return Mistake(name=name, part="p", old="a\nb", new="a\nc", hint="h", hint_zh="提")


@pytest.fixture
def failing(make_entry):
    """Make an entry whose checks fail of these causes."""

    def make(student, *names):
        changes = {n: {"cause": cause(name)} for n, name in enumerate(names)}
        return make_entry("f" * len(names), student, changes=changes)

    return make


def test_student_counts_once_however_many_checks_fail(failing):
    [one] = misconceptions([failing("ada", "m", "m")], {})

    assert [entry.student.id for entry in one.entries] == ["ada"]
    assert one.checks == ("p/test_check_0", "p/test_check_1")


def test_most_frequent_misconception_comes_first(failing):
    entries = [failing("ada", "rare", "often"), failing("bob", "often")]

    found = misconceptions(entries, {})

    assert [(one.names, len(one.entries)) for one in found] == [
        (("often",), 2),
        (("rare",), 1),
    ]


def test_misconception_of_two_mistakes_is_one_of_its_own(make_entry):
    changes = {0: {"cause": cause("m", "n")}, 1: {"cause": cause("m")}}

    found = misconceptions([make_entry("ff", changes=changes)], {})

    assert [one.names for one in found] == [("m",), ("m", "n")]


def test_patch_is_the_mistakes_own(failing):
    bank = {("a1_tiny", "m"): mistake("m"), ("a2_other", "m"): mistake("other")}

    [one] = misconceptions([failing("ada", "m")], bank)

    assert one.patches == (mistake("m"),)


def test_patch_that_is_not_known_is_left_out(failing):
    [one] = misconceptions([failing("ada", "m")], {})

    assert one.patches == ()


def test_patch_marks_the_lines_that_differ():
    assert patch(mistake("m")) == [(" ", "a"), ("-", "b"), ("+", "c")]
