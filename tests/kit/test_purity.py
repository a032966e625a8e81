"""Calls may change neither their arguments nor global state."""

import pytest
import torch

from autograder.kit.failures import CheckFailed
from autograder.kit.purity import assert_no_changes, assert_unchanged


def rows():
    return [{"input_ids": torch.tensor([3, 5])}]


def test_equal_arguments_are_unchanged():
    assert_unchanged(rows(), rows())


@pytest.mark.parametrize(
    "after",
    [
        pytest.param([{"input_ids": torch.tensor([3, 6])}], id="value"),
        pytest.param([{"input_ids": torch.tensor([3, 5]), "labels": 1}], id="key"),
        pytest.param([{"input_ids": [3, 5]}], id="type"),
        pytest.param([], id="length"),
    ],
)
def test_changed_argument_is_said_to_be_one(after):
    with pytest.raises(CheckFailed) as failed:
        assert_unchanged(after, rows(), "the rows")

    assert failed.value.difference.kind == "input changed"


def test_message_names_the_place_that_changed():
    with pytest.raises(CheckFailed) as failed:
        assert_unchanged([{"input_ids": torch.tensor([3, 6])}], rows(), "the rows")

    assert failed.value.difference.what == "the rows[0]['input_ids'][1]"


def test_no_change_of_global_state_passes():
    assert_no_changes([])


def test_changed_global_state_is_named():
    with pytest.raises(CheckFailed, match="other values of torch's random numbers"):
        assert_no_changes(["torch's random numbers"])


@pytest.mark.parametrize("answer", [None, "", {}, ()], ids=repr)
def test_answer_that_is_no_list_of_changes_fails(answer):
    with pytest.raises(CheckFailed):
        assert_no_changes(answer)
