"""Tell which tensors lie in the same memory, so that writing into one changes another.

A tensor here is a dense tensor on the CPU or a numpy array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import numpy as np
import torch

Array = np.ndarray[Any, Any]
INTEGERS = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}


def overlaps(function: Callable[..., Any], *arguments: Any) -> list[tuple[str, str]]:
    """Return the pairs that share elements after a call with copies of the arguments.

    Returns:
        Names such as `("result['labels']", "argument[0]['labels']")`: a tensor of the
        result, and another of the result or of the arguments; or the same name twice,
        where a tensor's own elements lie in one place, as an expanded tensor's do.
    """
    copies = deepcopy(arguments)
    results = list(_arrays(function(*copies), "result"))
    inputs = list(_arrays(copies, "argument"))
    return [
        (name, other)
        for index, (name, array) in enumerate(results)
        for other, second in [*results[index:], *inputs]
        if (_is_folded(array) if second is array else np.shares_memory(array, second))
    ]


def _arrays(value: Any, name: str) -> Iterator[tuple[str, Array]]:
    """Yield each tensor inside `value` as an array over the same memory."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _arrays(item, f"{name}[{key!r}]")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _arrays(item, f"{name}[{index}]")
    elif isinstance(value, np.ndarray):
        yield name, value
    elif isinstance(value, torch.Tensor) and _is_plain(value):
        # Not every dtype of torch is one of numpy's; one of the same size does.
        yield name, value.detach().view(INTEGERS[value.element_size()]).numpy()


def _is_plain(tensor: torch.Tensor) -> bool:
    dense = tensor.layout is torch.strided and tensor.device.type == "cpu"
    return dense and tensor.element_size() in INTEGERS


def _is_folded(array: Array) -> bool:
    pairs = zip(array.shape, array.strides, strict=True)
    return array.size > 0 and any(size > 1 and step == 0 for size, step in pairs)


def common_lists(
    function: Callable[..., Any], *arguments: Any
) -> list[tuple[str, str]]:
    """Return the places that hold one list after a call with copies of the arguments.

    Returns:
        Names such as `("result['labels'][0]", "result['input_ids'][0]")`: a list of the
        result, and another of the result or of the arguments that is the same object.
    """
    copies = deepcopy(arguments)
    results = list(_lists(function(*copies), "result"))
    inputs = list(_lists(copies, "argument"))
    return [
        (name, other)
        for index, (name, first) in enumerate(results)
        for other, second in [*results[index + 1 :], *inputs]
        if first is second
    ]


def _lists(value: Any, name: str) -> Iterator[tuple[str, list[Any]]]:
    """Yield each list inside `value`."""
    if isinstance(value, list):
        yield name, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _lists(item, f"{name}[{key!r}]")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _lists(item, f"{name}[{index}]")
