"""Compares what a submission answered with what an oracle says.

The order is always the same: type, keys and length, shape, dtype, device, finiteness,
values; the first thing that differs is what the student reads.
Integers, booleans and text are exact, and so are floating-point values that a
submission only moves.  What it computes in floating point is compared with a float64
oracle, within an allowance.
"""

from __future__ import annotations

from typing import Any

import torch

from autograder.kit.allowance import Allowance, Limit
from autograder.kit.failures import CheckFailed
from autograder.kit.places import differing_places
from autograder.kit.rounding import assert_within
from autograder.kit.structure import (
    assert_has_keys,
    assert_same_keys,
    assert_tensor,
    assert_type,
    describe,
    describe_keys,
)

__all__ = [
    "assert_has_keys",
    "assert_parity",
    "assert_tensor",
    "assert_type",
    "describe",
    "describe_keys",
]

FEW = 24
"""How many values fit on two short lines."""


def assert_parity(
    actual: Any,
    expected: Any,
    what: str = "the result",
    *,
    within: Allowance | None = None,
    axes: tuple[str, ...] = (),
) -> None:
    """Passes if `actual` equals `expected` in type, shape, dtype, device and value.

    Args:
        actual: the submission's answer: a tensor, number, string, None, or lists,
            tuples and dicts of them.
        expected: the oracle's answer, of the same structure; in float64 if there is an
            allowance.
        what: name of the value in the student's words, such as "batch['labels']".
        within: how far computed values may lie from the oracle; None for not at all.
            It also says which dtype and device are expected.
        axes: names of the axes of a tensor, such as `("row", "position", "feature")`,
            to tell by which places are wrong; used for tensors of as many axes.

    Raises:
        CheckFailed: at the first difference.
        ValueError: if the oracle is at fault: it holds a NaN, which is no wildcard, or
            with an allowance is not finite, not float64, or not what was allowed for.
    """
    limits = None if within is None else within.limits(expected)
    _compare(actual, expected, what, limits, axes)


def _compare(
    actual: Any, expected: Any, what: str, limits: Any, axes: tuple[str, ...]
) -> None:
    if isinstance(expected, torch.Tensor):
        if isinstance(limits, Limit):
            assert_within(actual, expected, limits, what, axes)
        else:
            _compare_tensors(actual, expected, what, axes)
    elif isinstance(expected, dict):
        assert_same_keys(actual, expected, what)
        for key, value in expected.items():
            limit = limits and limits[key]
            _compare(actual[key], value, f"{what}[{key!r}]", limit, axes)
    elif isinstance(expected, list | tuple):
        assert_type(actual, type(expected), what)
        for index, (one, other) in enumerate(zip(actual, expected, strict=False)):
            limit = limits and limits[index]
            _compare(one, other, f"{what}[{index}]", limit, axes)
        if len(actual) != len(expected):
            raise CheckFailed(
                "wrong length",
                what=what,
                expected=str(len(expected)),
                got=str(len(actual)),
            )
    else:
        _compare_scalars(actual, expected, what)


def _compare_tensors(
    actual: Any, expected: torch.Tensor, what: str, axes: tuple[str, ...]
) -> None:
    if expected.is_floating_point() and bool(expected.isnan().any()):
        raise ValueError(f"the oracle's {what} holds NaN")
    assert_tensor(
        actual,
        shape=tuple(expected.shape),
        dtype=expected.dtype,
        device=expected.device,
        what=what,
    )
    differs = actual != expected
    if not bool(differs.any()):
        return
    first = tuple(int(i) for i in differs.nonzero()[0])
    raise CheckFailed(
        "wrong values",
        what=f"{what}{list(first) if first else ''}",
        expected=str(expected[first].item()),
        got=str(actual[first].item()),
        n_wrong=int(differs.sum()),
        n_values=expected.numel(),
        places=differing_places(differs, axes),
        in_full=_both_in_full(actual, expected),
    )


def _both_in_full(
    actual: torch.Tensor, expected: torch.Tensor
) -> tuple[str, str] | None:
    if expected.numel() > FEW:
        return None
    return str(expected.tolist()), str(actual.tolist())


def _compare_scalars(actual: Any, expected: Any, what: str) -> None:
    if expected != expected:  # noqa: PLR0124 - only NaN differs from itself
        raise ValueError(f"the oracle's {what} is NaN")
    if type(actual) is not type(expected) or actual != expected:
        kind = "wrong type" if type(actual) is not type(expected) else "wrong value"
        raise CheckFailed(
            kind, what=what, expected=describe(expected), got=describe(actual)
        )
