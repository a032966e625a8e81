"""Compares computed floating-point values with a float64 oracle, within a limit."""

from __future__ import annotations

import math
from typing import Any

import torch

from autograder.kit.allowance import Limit
from autograder.kit.evidence import remark_on
from autograder.kit.failures import CheckFailed
from autograder.kit.places import differing_places
from autograder.kit.structure import assert_tensor, describe

FEW = 12
"""How many numbers fit on two short lines."""
FEWEST_DIGITS, MOST_DIGITS = 4, 17


def assert_within(
    actual: Any,
    oracle: torch.Tensor,
    limit: Limit,
    what: str,
    axes: tuple[str, ...] = (),
) -> None:
    """Passes if `actual` is what `limit` asks for, and no further from `oracle`.

    The limit is one for the whole tensor.  For the message each value is given an equal
    share of it, `norm / sqrt(number of values)`: a tensor beyond its limit holds at
    least one value beyond its share.

    Args:
        actual: the submission's answer.
        oracle: the true values, in float64.
        limit: what the allowance says.
        what: name of the value in the student's words.
        axes: names of the axes, to tell by which places are wrong.
    """
    if actual is None and limit.is_gradient:
        raise CheckFailed(
            "no gradient",
            what=what,
            expected=describe(oracle.to(limit.dtype)),
            got="None",
        )
    assert_tensor(
        actual,
        shape=tuple(oracle.shape),
        dtype=limit.dtype,
        device=limit.device,
        what=what,
    )
    got = actual.detach().to(oracle)
    _assert_finite(got, oracle, what, axes)
    error = got - oracle
    if limit.counted is not None:
        error = torch.where(limit.counted, error, 0.0)
    if float(error.norm()) > limit.norm:
        raise _wrong_values(got, oracle, error.abs(), limit, what, axes)


def _assert_finite(
    got: torch.Tensor, oracle: torch.Tensor, what: str, axes: tuple[str, ...]
) -> None:
    infinite = ~got.isfinite()
    if not bool(infinite.any()):
        return
    first = tuple(int(i) for i in infinite.nonzero()[0])
    expected = float(oracle[first])
    raise CheckFailed(
        "not finite",
        what=_at(what, first),
        expected=short(expected) if math.isfinite(expected) else "a finite number",
        got=str(float(got[first])),
        n_wrong=int(infinite.sum()),
        n_values=got.numel(),
        places=differing_places(infinite, axes),
    )


def _wrong_values(
    got: torch.Tensor,
    oracle: torch.Tensor,
    error: torch.Tensor,
    limit: Limit,
    what: str,
    axes: tuple[str, ...],
) -> CheckFailed:
    n_values = oracle.numel() if limit.counted is None else int(limit.counted.sum())
    allowed = limit.norm / math.sqrt(n_values)
    # Rounding may leave a tensor beyond its limit without a value beyond its share.
    wrong = (error > allowed) | (error == error.max())
    first = tuple(int(i) for i in wrong.nonzero()[0])
    expected, actual = _told_apart(float(oracle[first]), float(got[first]))
    return CheckFailed(
        "wrong values",
        what=_at(what, first),
        expected=expected,
        got=actual,
        n_wrong=int(wrong.sum()),
        n_values=n_values,
        largest_error=float(error.max()),
        allowed=allowed,
        places=differing_places(wrong, axes, limit.counted),
        remark=remark_on(got, oracle, limit),
        in_full=_both_in_full(got, oracle),
    )


def short(value: float, digits: int = FEWEST_DIGITS) -> str:
    """`value` in a few significant digits."""
    return f"{value + 0.0:.{digits}g}"  # without the sign of a zero


def _told_apart(one: float, other: float) -> tuple[str, str]:
    """Two different numbers in as few digits as do not read alike."""
    for digits in range(FEWEST_DIGITS, MOST_DIGITS):
        texts = short(one, digits), short(other, digits)
        if texts[0] != texts[1]:
            return texts
    return short(one, MOST_DIGITS), short(other, MOST_DIGITS)


def _both_in_full(got: torch.Tensor, oracle: torch.Tensor) -> tuple[str, str] | None:
    if oracle.ndim == 0 or oracle.numel() > FEW:
        return None
    return _written(oracle.tolist()), _written(got.tolist())


def _written(values: Any) -> str:
    """A nested list of numbers, each in a few digits."""
    if isinstance(values, list):
        return f"[{', '.join(map(_written, values))}]"
    return short(values)


def _at(what: str, index: tuple[int, ...]) -> str:
    return f"{what}{list(index) if index else ''}"
