"""Call a function with the same values in another memory layout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch


def on_strided(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a call gives on equal tensors whose elements lie apart.

    Tensors and numpy arrays are replaced wherever they stand inside lists, tuples and
    dicts; none of them is contiguous then, unless it has fewer than two elements.
    """
    return function(*_changed(list(arguments), _spread))


def on_expanded(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a call gives on tensors made of one slice, expanded.

    Each tensor, wherever it stands inside lists, tuples and dicts, is replaced by its
    first element along the first dimension, expanded to the tensor's shape: an equal
    tensor where all elements along that dimension are equal, and a view in which they
    are one place in memory.  Numpy arrays are left as they are.
    """
    return function(*_changed(list(arguments), _expand))


def _changed(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {key: _changed(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_changed(item, change) for item in value)
    return change(value)


def _spread(value: Any) -> Any:
    if not isinstance(value, torch.Tensor | np.ndarray) or not value.shape:
        return value
    doubled = tuple(2 * size for size in value.shape)
    every_second = (slice(None, None, 2),) * len(doubled)
    room: Any = (
        value.new_zeros(doubled)
        if isinstance(value, torch.Tensor)
        else np.zeros(doubled, value.dtype)
    )
    room[every_second] = value
    return room[every_second]


def _expand(value: Any) -> Any:
    if not isinstance(value, torch.Tensor) or not value.shape:
        return value
    return value[:1].clone().expand(value.shape)
