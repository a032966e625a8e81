"""Call a module or function on another device, to see what stays behind on the CPU."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import (
    FakeTensorDeviceMismatchError,
    FakeTensorMode,
)

FAKE = "meta"
"""The device that every machine has: its tensors are shapes without values.

A mode of torch keeps apart what lies there and what lies on the CPU, also where
tensors without values alone would mix silently, and propagates shapes only.
"""


def left_behind(
    function: Callable[..., Any], *arguments: Any, device: str = FAKE
) -> list[str]:
    """Return the names of what a call and its backward pass leave on another device.

    Args:
        function: What to call: a module, of which a copy is moved there, or a function.
        arguments: What to call it with; tensors inside are moved there, and floating
            ones want a gradient.
        device: A device that this machine has, such as "cuda", or the fake one.

    Returns:
        Names such as "result[0]" and "the gradient of argument[1]": none, where all is
        where it should be, or where the fake device cannot tell: it has no values for
        `if mask.all():`, and no threads. So call for real, too.

    Raises:
        RuntimeError: Tensors of two devices meet, or numpy is given a tensor that is
            not on the CPU; the traceback ends where.
    """
    fake = device == FAKE
    mode: AbstractContextManager[Any] = nullcontext()
    if fake:
        mode = FakeTensorMode(allow_non_fake_inputs=True)
    copied = deepcopy([function, *arguments])  # a copy made in the mode is refused
    with mode:
        moved, *there = (_moved(each, device) for each in copied)
        try:
            return _elsewhere(moved, there, torch.device(device).type)
        except NotImplementedError:
            raise
        except Exception as error:
            if not fake:
                raise
            told = _told(error)
            if told is None:
                return []
            raise RuntimeError(told).with_traceback(error.__traceback__) from None


def _elsewhere(function: Callable[..., Any], there: list[Any], kind: str) -> list[str]:
    result = function(*there)
    named = list(_tensors(result, "result"))
    _backward([tensor for _, tensor in named])
    named += [
        (f"the gradient of {name}", tensor.grad)
        for name, tensor in _tensors(there, "argument")
        if tensor.grad is not None
    ]
    return [name for name, tensor in named if tensor.device.type != kind]


def _backward(results: list[Tensor]) -> None:
    wanted = [result for result in results if result.requires_grad]
    if wanted:
        torch.autograd.backward(wanted, [torch.ones_like(each) for each in wanted])


def _moved(value: Any, device: str) -> Any:
    """Return tensors and modules, wherever they stand, on the device."""
    match value:
        case nn.Module():
            _move_module(value, device)
        case Tensor():
            moved = _new(value, device)
            return moved.requires_grad_(value.is_floating_point())
        case list() | tuple():
            return type(value)(_moved(item, device) for item in value)
        case dict():
            return {key: _moved(item, device) for key, item in value.items()}
    return value


def _move_module(module: nn.Module, device: str) -> None:
    """Move parameters and buffers; what else the module holds stays, as with `to`."""
    for part in module.modules():
        for name, parameter in part._parameters.items():  # noqa: SLF001 - as `to` does
            if parameter is not None:
                moved = nn.Parameter(_new(parameter, device), parameter.requires_grad)
                part._parameters[name] = moved  # noqa: SLF001 - as `to` does
        for name, buffer in part._buffers.items():  # noqa: SLF001 - as `to` does
            if buffer is not None:
                part._buffers[name] = _new(buffer, device)  # noqa: SLF001 - as `to` does


def _new(tensor: Tensor, device: str) -> Tensor:
    if device == FAKE:
        return torch.empty(tensor.shape, dtype=tensor.dtype, device=device)
    return tensor.detach().to(device, copy=True)


def _tensors(value: Any, name: str) -> Iterator[tuple[str, Tensor]]:
    if isinstance(value, Tensor):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _tensors(item, f"{name}[{key!r}]")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _tensors(item, f"{name}[{index}]")


def _told(error: Exception) -> str | None:
    """Return what the error means on a real device, or None where nothing is known."""
    if isinstance(error, FakeTensorDeviceMismatchError):
        return (
            "a tensor on the CPU meets one on the device of the inputs: every tensor"
            " that is made anew needs `device=`, and none is moved to the CPU"
        )
    if "numpy() is not supported" in str(error):
        return "numpy() of a tensor that is not on the CPU"
    return None
