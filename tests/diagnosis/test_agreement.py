"""Two outcomes agree but for rounding, and differ only where rounding cannot do it."""

import math

import numpy as np
import pytest
import torch

from autograder.diagnosis.agreement import agree, differ
from autograder.submission.transcript import Raised
from autograder.worker.wire import Handle

RAISED = Raised(bases=("ValueError", "Exception"))
ODD = torch.tensor([1.0, math.nan, math.inf, -math.inf])


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        "text",
        0.1,
        math.nan,
        [1, (2, {"a": None})],
        torch.tensor([1, 2]),
        ODD,
        torch.empty(0, 2),
        np.array([1.5]),
        RAISED,
    ],
    ids=repr,
)
def test_value_agrees_with_itself(value):
    assert agree(value, value)


@pytest.mark.parametrize(
    ("actual", "other"),
    [
        (1, True),
        (1, 1.0),
        (3, 4),
        ("a", "b"),
        ([1], (1,)),
        ([1], [1, 1]),
        ({"a": 1}, {"b": 1}),
        (torch.tensor([1]), torch.tensor([2])),
        (torch.tensor([1]), torch.tensor([1], dtype=torch.int32)),
        (torch.tensor([1]), torch.tensor([[1]])),
        (torch.tensor([1.0]), np.array([1.0], dtype=np.float32)),
        (torch.tensor([0.0]), torch.tensor([1e-30])),
        (ODD, ODD.nan_to_num(nan=0.0)),
        (ODD, ODD.abs()),
        (RAISED, Raised(bases=("TypeError", "Exception"))),
        (Raised(bases=(), answer="a set"), Raised(bases=(), answer="a map")),
        (RAISED, None),
    ],
    ids=repr,
)
def test_other_value_differs(actual, other):
    assert differ(actual, other)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float64])
def test_tensors_agree_within_the_rounding_of_their_dtype(dtype):
    exact = torch.full((4,), 3.0, dtype=dtype)

    rounded = exact * (1 + torch.finfo(dtype).eps)

    assert agree(rounded, exact)


def test_tensors_between_rounding_and_a_difference_do_neither():
    exact = torch.ones(4, dtype=torch.float64)

    near = exact * (1 + 100 * torch.finfo(torch.float64).eps)

    assert not agree(near, exact)
    assert not differ(near, exact)


def test_objects_that_stay_in_the_worker_are_alike():
    assert agree(Handle(id=1, type_name="A"), Handle(id=7, type_name="B"))
