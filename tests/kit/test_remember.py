import math

import numpy as np
import pytest
import torch

from autograder.kit.remember import Store, key_of, remembered


@pytest.fixture
def asked():
    return []


@pytest.fixture
def oracle(asked):
    @remembered
    def double(value, *, times=2):
        asked.append(value)
        return {"result": value * times}

    return double


def test_oracle_computes_once_for_the_same_arguments(oracle, asked):
    answers = [oracle(torch.tensor([1.0, 2.0])) for _ in range(3)]

    assert len(asked) == 1
    assert all(a["result"].tolist() == [2.0, 4.0] for a in answers)


def test_answer_that_a_check_changes_stays_as_it_was(oracle):
    oracle(torch.tensor([3.0]))["result"].zero_()

    assert oracle(torch.tensor([3.0]))["result"].item() == 6.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(1, True, id="type of a scalar"),
        pytest.param(0.0, -0.0, id="sign of zero"),
        pytest.param([1, 2], (1, 2), id="kind of sequence"),
        pytest.param(torch.zeros(2, 3), torch.zeros(3, 2), id="shape"),
        pytest.param(torch.zeros(2), torch.zeros(2, dtype=torch.int32), id="dtype"),
        pytest.param(torch.zeros(2), np.zeros(2, dtype=np.float32), id="library"),
        pytest.param({"a": 1}, {"a": 2}, id="value of a dict"),
        pytest.param(torch.tensor([0.0]), torch.tensor([-0.0]), id="sign in a tensor"),
    ],
)
def test_arguments_that_differ_have_other_keys(one, other):
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: torch.arange(6).view(2, 3).T, id="tensor that is a view"),
        pytest.param(lambda: torch.ones(2, dtype=torch.bfloat16), id="bfloat16"),
        pytest.param(lambda: torch.zeros(0), id="nothing"),
        pytest.param(lambda: math.nan, id="not a number"),
        pytest.param(lambda: {"a": [1, (2.5, None, "text")]}, id="nested"),
    ],
)
def test_equal_arguments_have_one_key(make):
    assert key_of(make()) == key_of(make())


def test_argument_that_is_no_data_is_refused(oracle):
    with pytest.raises(TypeError):
        oracle({1, 2})


def test_store_drops_what_was_asked_for_longest_ago():
    store = Store(most_bytes=1000)
    computed = []

    def ask(name):
        return store.find(name, lambda: computed.append(name) or "x" * 250)

    for name in ("a", "b", "a", "c", "a", "b"):
        ask(name)

    assert computed == ["a", "b", "c", "b"]
