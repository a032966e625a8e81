"""Compares what a submission answered with what an oracle says.

The order is always the same: type, keys and length, shape, dtype, device, values; the
first thing that differs is what the student reads.
Integers, booleans and text are exact.  Floating-point values are compared exactly too,
with NaN equal to nothing; they are for values that a submission only moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch

from autograder.kit.failures import CheckFailed

LONGEST_TEXT = 60


def assert_parity(actual: Any, expected: Any, what: str = "the result") -> None:
    """Passes if `actual` equals `expected` in type, shape, dtype, device and value.

    Args:
        actual: the submission's answer: a tensor, number, string, None, or lists,
            tuples and dicts of them.
        expected: the oracle's answer, of the same structure.
        what: name of the value in the student's words, such as "batch['labels']".

    Raises:
        CheckFailed: at the first difference.
        ValueError: if `expected` holds a NaN: an oracle's NaN is no wildcard.
    """
    if isinstance(expected, torch.Tensor):
        _compare_tensors(actual, expected, what)
    elif isinstance(expected, dict):
        _compare_dicts(actual, expected, what)
    elif isinstance(expected, list | tuple):
        _compare_sequences(actual, expected, what)
    else:
        _compare_scalars(actual, expected, what)


def assert_type(actual: Any, expected: type, what: str = "the result") -> None:
    """Passes if `actual` is of exactly the type `expected`."""
    if type(actual) is not expected:
        raise CheckFailed(
            "wrong type",
            what=what,
            expected=_with_article(expected.__name__),
            got=describe(actual),
        )


def assert_tensor(
    actual: Any,
    *,
    shape: tuple[int, ...],
    dtype: torch.dtype,
    what: str = "the result",
) -> None:
    """Passes if `actual` is a plain tensor of that shape and dtype on the CPU."""
    assert_type(actual, torch.Tensor, what)
    if tuple(actual.shape) != shape:
        raise CheckFailed(
            "wrong shape",
            what=what,
            expected=str(shape),
            got=str(tuple(actual.shape)),
            detail=_shape_hint(tuple(actual.shape), shape),
        )
    if actual.dtype != dtype:
        raise CheckFailed(
            "wrong dtype", what=what, expected=str(dtype), got=str(actual.dtype)
        )


def assert_has_keys(
    actual: Any, names: Iterable[str], what: str = "the result"
) -> None:
    """Passes if `actual` is a dict with all of `names`, and perhaps more."""
    assert_type(actual, dict, what)
    for name in names:
        if name not in actual:
            raise CheckFailed(
                "wrong keys",
                what=what,
                expected=f"the key {name!r} among others",
                got=describe_keys(actual),
            )


def describe(value: Any) -> str:
    """`value` as short text: itself where it is small, else its type and size."""
    if isinstance(value, torch.Tensor):
        return f"a {value.dtype} tensor of shape {tuple(value.shape)}"
    if isinstance(value, int) and value.bit_length() > 4 * LONGEST_TEXT:
        return f"an int of {value.bit_length()} bits"  # Python refuses to write it
    if value is None or isinstance(value, bool | int | float | str):
        text = repr(value)
        return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
    if isinstance(value, list | tuple | dict):
        return f"a {type(value).__name__} of {len(value)}"
    return _with_article(type(value).__name__)


def _compare_tensors(actual: Any, expected: torch.Tensor, what: str) -> None:
    if expected.is_floating_point() and bool(expected.isnan().any()):
        raise ValueError(f"the oracle's {what} holds NaN")
    assert_tensor(actual, shape=tuple(expected.shape), dtype=expected.dtype, what=what)
    if actual.device != expected.device:
        raise CheckFailed(
            "wrong device",
            what=what,
            expected=str(expected.device),
            got=str(actual.device),
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
        detail=f"{int(differs.sum())} of {expected.numel()} values differ"
        + _both_in_full(actual, expected),
    )


def _both_in_full(actual: torch.Tensor, expected: torch.Tensor) -> str:
    if expected.numel() > 24:  # noqa: PLR2004 - what fits on two short lines
        return ""
    return (
        f"\nexpected in full  {expected.tolist()}\ngot in full       {actual.tolist()}"
    )


def _compare_dicts(actual: Any, expected: Mapping[Any, Any], what: str) -> None:
    assert_type(actual, dict, what)
    if actual.keys() != expected.keys():
        missing = [key for key in expected if key not in actual]
        extra = [key for key in actual if key not in expected]
        raise CheckFailed(
            "wrong keys",
            what=what,
            expected=describe_keys(expected),
            got=describe_keys(actual),
            detail=f"missing: {missing or 'none'}; not asked for: {extra or 'none'}",
        )
    for key, value in expected.items():
        assert_parity(actual[key], value, f"{what}[{key!r}]")


def describe_keys(mapping: Mapping[Any, Any]) -> str:
    """The keys of `mapping` as short text, in their order."""
    shown = ", ".join(repr(key)[:LONGEST_TEXT] for key in list(mapping)[:8])
    return f"the keys {shown}" if mapping else "an empty dict"


def _compare_sequences(
    actual: Any, expected: list[Any] | tuple[Any, ...], what: str
) -> None:
    assert_type(actual, type(expected), what)
    for index, (one, other) in enumerate(zip(actual, expected, strict=False)):
        assert_parity(one, other, f"{what}[{index}]")
    if len(actual) != len(expected):
        raise CheckFailed(
            "wrong length",
            what=what,
            expected=str(len(expected)),
            got=str(len(actual)),
        )


def _compare_scalars(actual: Any, expected: Any, what: str) -> None:
    if expected != expected:  # noqa: PLR0124 - only NaN differs from itself
        raise ValueError(f"the oracle's {what} is NaN")
    if type(actual) is not type(expected) or actual != expected:
        kind = "wrong type" if type(actual) is not type(expected) else "wrong value"
        raise CheckFailed(
            kind, what=what, expected=describe(expected), got=describe(actual)
        )


def _shape_hint(actual: tuple[int, ...], expected: tuple[int, ...]) -> str:
    if sorted(actual) == sorted(expected):
        return "the same sizes in another order"
    if len(actual) != len(expected):
        return f"expected {len(expected)} dimensions, got {len(actual)}"
    return ""


def _with_article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
