"""Remarks on wrong values what is certain of them: a sign, a factor, an order.

A wrong remark is worse than none.  Each says that the answer, changed in one way, is
right, and is made only if the limit is so much smaller than the error that no other
wrong answer comes that near: ten times where nothing is fitted, and more where
something is.
"""

from __future__ import annotations

from itertools import combinations

import torch

from autograder.kit.allowance import Limit
from autograder.kit.failures import Sentence

FEWEST_VALUES = 4
"""From how many values on a factor or an order is no accident."""
OF_ORDER = 0.05
"""How wrong, relative to the oracle, values in another order have to be.

Sorting hides noise: of errors of 5 % it leaves about 0.1 %, and below that the less.
"""


def remark_on(got: torch.Tensor, oracle: torch.Tensor, limit: Limit) -> Sentence | None:
    """What is certain of a wrong answer, or None.

    Args:
        got: the answer, finite, in float64.
        oracle: the true values.
        limit: what the answer is beyond.
    """
    one, other = got, oracle
    if limit.counted is not None:
        one, other = got[limit.counted], oracle[limit.counted]
    if not bool(one.any()):
        return _zero(limit)
    error = float((one - other).norm())
    if error <= 10 * limit.norm:
        return None
    return _moved(got, oracle, limit) or _fitted(one, other, error, limit.norm)


def _moved(got: torch.Tensor, oracle: torch.Tensor, limit: Limit) -> Sentence | None:
    """What is certain with nothing fitted."""
    flipped = -got - oracle
    if limit.counted is not None:
        flipped = flipped[limit.counted]
    if float(flipped.norm()) <= limit.norm:
        return Sentence("the sign is flipped")
    if limit.counted is None and _is_transposed(got, oracle, limit.norm):
        return Sentence("the same values, transposed")
    return None


def _fitted(
    one: torch.Tensor, other: torch.Tensor, error: float, norm: float
) -> Sentence | None:
    """What is certain although a factor or an order is fitted."""
    if one.numel() < FEWEST_VALUES:
        return None
    ratio = _ratio(one, other, error, norm)
    if ratio is not None:
        values = {"ratio": f"{ratio:.4g}"}
        return Sentence("every value is {ratio} times the expected", values)
    if _is_permuted(one, other, error, norm):
        return Sentence("the same values in another order")
    return None


def _zero(limit: Limit) -> Sentence:
    if limit.is_gradient:
        return Sentence(
            "the gradient is zero: nothing of the result depends on it, or the path"
            " back to it is cut"
        )
    return Sentence("every value is zero")


def _near(one: torch.Tensor, other: torch.Tensor, norm: float) -> bool:
    return float((one - other).norm()) <= norm


def _is_transposed(got: torch.Tensor, oracle: torch.Tensor, norm: float) -> bool:
    return any(
        _near(got.transpose(i, j), oracle, norm)
        for i, j in combinations(range(oracle.ndim), 2)
        if oracle.shape[i] == oracle.shape[j]
    )


def _ratio(
    one: torch.Tensor, other: torch.Tensor, error: float, norm: float
) -> float | None:
    """The factor that explains 99 % of the error and leaves what is allowed."""
    if int((other != 0).sum()) < FEWEST_VALUES:
        return None
    ratio = float((one * other).sum() / other.square().sum())
    left = float((one - ratio * other).norm())
    allowed = norm * min(1.0, abs(ratio))
    return ratio if left <= allowed and 100 * allowed <= error else None


def _is_permuted(
    one: torch.Tensor, other: torch.Tensor, error: float, norm: float
) -> bool:
    return (
        error >= OF_ORDER * float(other.norm())
        and error >= 1000 * norm
        and _near(one.flatten().sort()[0], other.flatten().sort()[0], norm)
    )
