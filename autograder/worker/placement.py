"""Has a part compute on a device, with all that it is called with.

Checks and oracles stay on the CPU, where values cross the border: what goes in is moved
to the device, and what comes out must be there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from autograder.worker.wire import Unsendable

CPU = "cpu"


def open_device(device: str, visible: str | None) -> str:
    """Have torch compute on a device as exactly as it can, and return its model.

    In a worker that is confined already: a GPU's driver survives no fork, and what it
    starts is confined with the worker.

    Args:
        device: Its name, such as "cuda".
        visible: Which GPUs there are, as `CUDA_VISIBLE_DEVICES` says it; None for all.

    Raises:
        RuntimeError: torch cannot compute there.
    """
    if device == CPU:
        return ""
    os.environ.pop("CUDA_VISIBLE_DEVICES", None)
    if visible is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = visible
    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"  # else sums may differ by run
    # Both would compute float32 with fewer bits, and half precision in sums of its own.
    torch.backends.cudnn.allow_tf32 = False
    matmul = torch.backends.cuda.matmul
    matmul.allow_tf32 = False
    matmul.allow_fp16_reduced_precision_reduction = False
    matmul.allow_bf16_reduced_precision_reduction = False
    ones = torch.ones(4, 4, device=device)
    if (ones @ ones).sum().item() != 64:  # noqa: PLR2004 - 16 sums of 4 ones
        raise RuntimeError(f"{device} computes wrongly")
    return torch.cuda.get_device_name(device)


class Placement:
    """Moves inputs and modules to one device, and says what does not come from there.

    Args:
        device: The name of the device, such as "cuda".
    """

    def __init__(self, device: str = CPU) -> None:
        self._device = torch.device(device)

    def place(self, value: Any) -> Any:
        """Return a tensor or a module as it is on the device, anything else itself."""
        if self._device.type == CPU:
            return value
        if isinstance(value, nn.Module):
            nn.Module.to(value, self._device)  # the part may have a `to` of its own
            return value
        return value.to(self._device) if type(value) is Tensor else value

    def require_there(self, inputs: Any, result: Any) -> None:
        """Pass if what was computed from tensors of the device is there, too.

        Raises:
            Unsendable: A tensor is elsewhere; it says where.
        """
        if self._device.type == CPU or _first_not_on(None, inputs) is None:
            return
        if (found := _first_not_on(self._device.type, result)) is not None:
            path, kind = found
            elsewhere = Unsendable(
                f"a tensor on {kind}, of inputs on {self._device.type}"
            )
            elsewhere.path = path
            raise elsewhere


def _first_not_on(
    kind: str | None, value: Any, path: str = ""
) -> tuple[str, str] | None:
    """Find a tensor that is not on a kind of device: its place, and its own kind."""
    if isinstance(value, Tensor):
        return None if value.device.type == kind else (path, value.device.type)
    inside: Iterable[tuple[Any, Any]] = ()
    if type(value) is dict:
        inside = value.items()
    elif type(value) in (list, tuple):
        inside = enumerate(value)
    found = (_first_not_on(kind, item, f"{path}[{key!r}]") for key, item in inside)
    return next(filter(None, found), None)
