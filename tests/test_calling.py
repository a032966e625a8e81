import socket

import pytest

from autograder.kit.calling import call
from autograder.kit.failures import CheckFailed
from autograder.submission.standin import RemoteObject
from autograder.worker.wire import Handle


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


def test_object_that_stays_with_the_submission_is_given_as_it_is():
    with socket.socket() as conversation:
        remote = RemoteObject(conversation, Handle(id=0, type_name="Config"))

        given = call(lambda config: config, remote)

    assert given is remote
