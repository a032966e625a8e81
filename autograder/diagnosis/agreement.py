"""Compares what came of one request with what came of it elsewhere."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from autograder.submission.transcript import Raised
from autograder.worker.wire import Handle

ROUNDING = 32
"""How many eps of its dtype, relative to its norm, a tensor may be off by rounding."""
DIFFERENT = 10.0
"""Distance beyond which two outcomes are different, whatever rounding does."""


def agree(actual: Any, other: Any) -> bool:
    """Whether two outcomes are the same, but for rounding."""
    return distance(actual, other) <= 1.0


def differ(actual: Any, other: Any) -> bool:
    """Whether two outcomes are certainly not the same."""
    return distance(actual, other) > DIFFERENT


def distance(actual: Any, other: Any) -> float:
    """How far two outcomes are apart, in units of what rounding may do.

    0 for the same outcome; infinite where they differ in anything but the values of
    floating numbers.  Objects that stay where they are look all the same.
    """
    if type(actual) is not type(other):
        return math.inf
    match actual:
        case list() | tuple() if len(actual) == len(other):
            return max(map(distance, actual, other), default=0.0)
        case dict() if actual.keys() == other.keys():
            apart = (distance(actual[key], other[key]) for key in actual)
            return max(apart, default=0.0)
        case torch.Tensor() | np.ndarray() | float():
            return _distance_of_tensors(_tensor(actual), _tensor(other))
        case Handle():
            return 0.0
    is_plain = isinstance(actual, Raised | bool | int | str | None)
    return 0.0 if is_plain and actual == other else math.inf


def _distance_of_tensors(actual: torch.Tensor, other: torch.Tensor) -> float:
    if actual.dtype != other.dtype or actual.shape != other.shape:
        return math.inf
    if not actual.dtype.is_floating_point:
        return 0.0 if torch.equal(actual, other) else math.inf
    exact, near = other.double(), actual.double()
    finite = exact.isfinite()
    if not torch.equal(finite, near.isfinite()):
        return math.inf
    odd = ~finite
    if not torch.equal(exact[odd].nan_to_num(nan=0.5), near[odd].nan_to_num(nan=0.5)):
        return math.inf
    error = torch.linalg.vector_norm((near - exact)[finite]).item()
    if error == 0.0:
        return 0.0
    unit = ROUNDING * torch.finfo(actual.dtype).eps
    scale = torch.linalg.vector_norm(exact[finite]).item()
    return error / (unit * scale) if scale else math.inf


def _tensor(value: Any) -> torch.Tensor:
    """An array, or a float of whatever dtype it was computed in, as a tensor."""
    if isinstance(value, torch.Tensor):
        return value
    if type(value) is float:
        return torch.tensor(value, dtype=torch.float32)
    return torch.from_numpy(np.ascontiguousarray(value).reshape(value.shape))
