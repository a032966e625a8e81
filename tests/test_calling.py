import pytest

from autograder.kit.calling import call
from autograder.kit.failures import CheckFailed


def test_call_gives_what_the_function_answers():
    assert call(lambda rows, *, side: (rows, side), [1], side="left") == ([1], "left")


def test_call_hands_over_copies():
    rows = [[1]]

    call(lambda given: given[0].append(2), rows)

    assert rows == [[1]]


@pytest.mark.parametrize("value", [5, None, "text", {}], ids=repr)
def test_call_of_what_cannot_be_called_is_a_wrong_answer(value):
    with pytest.raises(CheckFailed, match="wrong type"):
        call(value)
