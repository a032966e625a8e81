"""Call a function and send a gradient back through what it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor


def through(
    function: Callable[..., Any],
    arguments: list[Any],
    wanted: list[int],
    *,
    options: dict[str, Any] | None = None,
    cotangent: Any = None,
) -> dict[str, Any]:
    """Return what a call gives and what a backward pass from there gives.

    Args:
        function: What to call.
        arguments: Its positional arguments; it gets copies of the tensors wanted.
        wanted: Which of them need a gradient, by index: floating tensors.
        options: Its arguments by name.
        cotangent: The gradient of the output, in its structure; None for ones.  A
            tensor of another shape than it should have sends nothing back.

    Returns:
        "output", cut from the graph; "is_attached": whether all its floating tensors
        have a path back; and "gradients": one for each index of `wanted`, None where
        nothing came back.
    """
    leaves = {index: _leaf(arguments[index]) for index in wanted}
    # Not the leaves: code that writes into an input fails where that is checked.
    given = [
        leaves[index].clone() if index in leaves else value
        for index, value in enumerate(arguments)
    ]
    output = function(*given, **(options or {}))
    ends = [tensor for tensor in _tensors(output) if tensor.is_floating_point()]
    starts = [torch.ones_like(end) for end in ends]
    if cotangent is not None:
        starts = list(_tensors(cotangent))
    ways = [
        (end, start)
        for end, start in zip(ends, starts, strict=False)
        if end.requires_grad and end.shape == start.shape
    ]
    if ways:
        # Not `autograd.grad`, which a reentrant checkpoint refuses.
        torch.autograd.backward([end for end, _ in ways], [at for _, at in ways])
    return {
        "output": _detached(output),
        "is_attached": bool(ends) and all(end.requires_grad for end in ends),
        "gradients": [leaves[index].grad for index in wanted],
    }


def _leaf(tensor: Tensor) -> Tensor:
    return tensor.detach().clone().requires_grad_()


def _tensors(value: Any) -> Iterator[Tensor]:
    """Yield the tensors inside a value, in their order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _tensors(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _tensors(item)


def _detached(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.detach()
    if isinstance(value, dict):
        return {key: _detached(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_detached(item) for item in value)
    return value
