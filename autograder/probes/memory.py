"""Measure how much memory the tensors of a forward and a backward pass take."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode


def peak_bytes(
    function: Callable[..., Any],
    arguments: list[Any],
    wanted: list[int],
    *,
    options: dict[str, Any] | None = None,
) -> int:
    """Return the most bytes that tensors made by both passes took at one time.

    The arguments do not count, and nothing but torch's own operators is seen.

    Args:
        function: What to call; the passes begin and end at its result.
        arguments: Its positional arguments; it gets copies of the tensors wanted.
        wanted: Which of them need a gradient, by index: floating tensors.
        options: Its arguments by name.
    """
    given = list(arguments)
    for index in wanted:
        # Not a leaf: code that writes into an input fails where that is checked.
        given[index] = given[index].detach().clone().requires_grad_().clone()
    ledger = _Ledger(tensor for tensor in given if isinstance(tensor, Tensor))
    with ledger:
        output = function(*given, **(options or {}))
        if isinstance(output, Tensor) and output.requires_grad:
            output.backward(torch.ones_like(output))  # type: ignore[no-untyped-call]  # torch's own
    return ledger.most


class _Ledger(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's own
    """Counts the bytes of every storage that an operator returns while it lives.

    Args:
        given: Tensors whose storages are not counted; they have to live as long.

    Attributes:
        most: The most bytes that lived at one time.
    """

    def __init__(self, given: Iterable[Tensor]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch's own
        self.most: int = 0
        self._now = 0
        # A storage has no other name, and each view makes an object of it anew.
        self._known = {tensor.untyped_storage()._cdata for tensor in given}  # noqa: SLF001 - as said

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        for item in result if isinstance(result, list | tuple) else (result,):
            if isinstance(item, Tensor):
                self._enter(item.untyped_storage())
        return result

    def _enter(self, storage: torch.UntypedStorage) -> None:
        name = storage._cdata  # noqa: SLF001 - as above
        if name in self._known:
            return
        n_bytes = storage.nbytes()
        self._known.add(name)
        self._now += n_bytes
        self.most = max(self.most, self._now)
        weakref.finalize(storage, self._leave, name, n_bytes)

    def _leave(self, name: int, n_bytes: int) -> None:
        self._known.discard(name)
        self._now -= n_bytes
