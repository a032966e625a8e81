"""Says whether an answer has the type, keys, shape and dtype that were asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch

from autograder.kit.failures import CheckFailed, Sentence

LONGEST_TEXT = 60


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
    device: torch.device | None = None,
) -> None:
    """Passes if `actual` is a plain dense tensor of that shape, dtype and device.

    Args:
        actual: the submission's answer.
        shape: the shape expected.
        dtype: the dtype expected.
        what: name of the value in the student's words.
        device: the device expected; None where any is right.
    """
    assert_type(actual, torch.Tensor, what)
    if tuple(actual.shape) != shape:
        raise CheckFailed(
            "wrong shape",
            what=what,
            expected=str(shape),
            got=str(tuple(actual.shape)),
            remark=_shape_remark(tuple(actual.shape), shape),
        )
    for kind, one, other in (
        ("wrong dtype", dtype, actual.dtype),
        ("wrong device", device, actual.device),
        ("wrong layout", torch.strided, actual.layout),
    ):
        if one is not None and one != other:
            raise CheckFailed(kind, what=what, expected=str(one), got=str(other))


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


def assert_same_keys(actual: Any, expected: Mapping[Any, Any], what: str) -> None:
    """Passes if `actual` is a dict with the keys of `expected` and no others."""
    assert_type(actual, dict, what)
    if actual.keys() != expected.keys():
        missing = [key for key in expected if key not in actual]
        extra = [key for key in actual if key not in expected]
        raise CheckFailed(
            "wrong keys",
            what=what,
            expected=describe_keys(expected),
            got=describe_keys(actual),
            remark=Sentence(
                "missing: {missing}; not asked for: {extra}",
                {"missing": str(missing or "none"), "extra": str(extra or "none")},
            ),
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


def describe_keys(mapping: Mapping[Any, Any]) -> str:
    """The keys of `mapping` as short text, in their order."""
    shown = ", ".join(repr(key)[:LONGEST_TEXT] for key in list(mapping)[:8])
    return f"the keys {shown}" if mapping else "an empty dict"


def _shape_remark(
    actual: tuple[int, ...], expected: tuple[int, ...]
) -> Sentence | None:
    if sorted(actual) == sorted(expected):
        return Sentence("the same sizes in another order")
    if len(actual) != len(expected):
        counts = {"expected": str(len(expected)), "got": str(len(actual))}
        return Sentence("expected {expected} dimensions, got {got}", counts)
    return None


def _with_article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
