"""Keeps what an oracle computes, so that a batch computes it once and not per student.

Every student of a release is asked the same (the seed says so), and a grader grades one
submission after another in one process; so the expected values of the first serve all.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from copy import deepcopy
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np
import torch

P = ParamSpec("P")
R = TypeVar("R")
MOST_BYTES = 256 << 20
"""What one process keeps; beyond it, what was asked for longest ago is dropped."""


class Store:
    """Values by key, the least recently asked for dropped first.

    Args:
        most_bytes: how large the values may be together.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._n_bytes = 0
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def find(self, key: Hashable, compute: Callable[[], R]) -> R:
        """A copy of the value of `key`, computed if it is not kept."""
        if key in self._values:
            self._values.move_to_end(key)
            value, _ = self._values[key]
        else:
            value = compute()
            self._keep(key, value)
        return deepcopy(value)  # type: ignore[no-any-return] # kept under its own key

    def _keep(self, key: Hashable, value: Any) -> None:
        n_bytes = size(key) + size(value)
        self._values[key] = (value, n_bytes)
        self._n_bytes += n_bytes
        while self._n_bytes > self._most_bytes:
            _, (_, dropped) = self._values.popitem(last=False)
            self._n_bytes -= dropped


_store = Store(MOST_BYTES)


def remembered(oracle: Callable[P, R]) -> Callable[P, R]:
    """`oracle`, computed once for the same arguments, in whatever order students come.

    For functions without side effects, of arguments that are data: numbers, text,
    tensors, arrays, frozen dataclasses, and lists, tuples and dicts of them.  Answers
    are copies, so a check may do with them what it likes.

    Raises:
        TypeError: from the result, if an argument is no data.
    """
    name = f"{oracle.__module__}.{oracle.__qualname__}"

    @wraps(oracle)
    def ask(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (name, key_of(args), key_of(kwargs))
        return _store.find(key, lambda: oracle(*args, **kwargs))

    return ask


def key_of(value: Any) -> Hashable:
    """What is equal for equal data of equal types, and only for such.

    Raises:
        TypeError: if `value` is no data.
    """
    if isinstance(value, torch.Tensor):
        dense = value.detach().contiguous().view(-1)
        content = dense.view(torch.uint8).numpy().tobytes() if dense.numel() else b""
        return ("tensor", str(value.dtype), tuple(value.shape), content)
    if isinstance(value, np.ndarray):
        return ("array", str(value.dtype), value.shape, value.tobytes())
    if isinstance(value, list | tuple):
        return (type(value).__name__, *map(key_of, value))
    if isinstance(value, dict):
        items = ((key_of(key), key_of(item)) for key, item in value.items())
        return ("dict", *items)
    if isinstance(value, float):
        return ("float", value.hex())  # tells -0.0 from 0.0, and finds a NaN again
    hash(value)
    return (type(value).__name__, value)


def size(value: Any) -> int:
    """About how many bytes `value` takes."""
    if isinstance(value, torch.Tensor):
        return value.numel() * value.element_size()
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, dict):
        return 64 + sum(size(key) + size(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return 64 + sum(map(size, value))
    return 64 + (len(value) if isinstance(value, str | bytes) else 0)
