"""Holds an oracle's answer and an honest computation's side by side.

Both are ours, so whatever does not fit is a `ValueError`: the grader's fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch


def pairwise(
    function: Callable[[torch.Tensor, torch.Tensor], Any], honest: Any, oracle: Any
) -> Any:
    """What `function` makes of each two tensors, in the structure of `oracle`.

    A leaf may be None in both: nothing is expected there.
    """
    if isinstance(oracle, dict):
        if not isinstance(honest, dict) or honest.keys() != oracle.keys():
            raise ValueError(f"honest answer lacks the oracle's keys {list(oracle)}")
        return {key: pairwise(function, honest[key], oracle[key]) for key in oracle}
    if isinstance(oracle, list | tuple):
        if not isinstance(honest, list | tuple) or len(honest) != len(oracle):
            raise ValueError(f"honest answer is no sequence of {len(oracle)}")
        return [
            pairwise(function, one, other)
            for one, other in zip(honest, oracle, strict=True)
        ]
    if oracle is None and honest is None:
        return None
    require_oracle(oracle)
    if not isinstance(honest, torch.Tensor):
        raise ValueError(  # noqa: TRY004 - whatever does not fit is the same fault
            f"honest answer is a {type(honest).__name__}, not a tensor"
        )
    if honest.shape != oracle.shape:
        raise ValueError(
            f"honest answer has shape {tuple(honest.shape)},"
            f" the oracle {tuple(oracle.shape)}"
        )
    return function(honest, oracle)


def leaves(tree: Any) -> Iterator[torch.Tensor]:
    """The tensors of `tree`, in their order."""
    if isinstance(tree, dict):
        tree = tree.values()
    elif isinstance(tree, torch.Tensor):
        yield tree
        return
    for branch in tree or ():
        yield from leaves(branch)


def require_oracle(oracle: Any) -> None:
    """Raises `ValueError` unless `oracle` is a float64 tensor."""
    if not isinstance(oracle, torch.Tensor) or oracle.dtype != torch.float64:
        kind = getattr(oracle, "dtype", type(oracle).__name__)
        raise ValueError(f"an oracle is a float64 tensor, got {kind}")


def norms(
    honest: torch.Tensor, oracle: torch.Tensor, counted: torch.Tensor | None
) -> tuple[float, float]:
    """Norm of the honest computation's error and norm of the oracle, where counted."""
    one, other = honest.detach().to(oracle), oracle.detach()
    if counted is not None:
        one, other = one[counted], other[counted]
    for name, values in (("honest answer", one), ("oracle", other)):
        if not bool(values.isfinite().all()):
            raise ValueError(f"the {name} is not finite")
    return float((one - other).norm()), float(other.norm())


def spread(counted: torch.Tensor | None, oracle: torch.Tensor) -> torch.Tensor | None:
    """A mask over the leading axes as a mask over all values of `oracle`."""
    if counted is None:
        return None
    if counted.dtype != torch.bool:
        raise ValueError(f"counted is a mask of bool, got {counted.dtype}")
    if counted.shape != oracle.shape[: counted.ndim]:
        raise ValueError(
            f"a mask of shape {tuple(counted.shape)} does not lead"
            f" {tuple(oracle.shape)}"
        )
    more = oracle.ndim - counted.ndim
    mask = counted.reshape(*counted.shape, *[1] * more)
    return mask.to(oracle.device).expand_as(oracle)
