"""Build a module of a submission and tell what its passes give and its state is."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from importlib import import_module
from typing import Any

import torch
from torch import Tensor, nn


def made(neighbour: Any, name: str, settings: dict[str, Any]) -> Any:
    """Return an instance of a class of another file beside the part.

    Args:
        neighbour: A class or function of the part.
        name: The file's and the class's name, such as "config.DecoderConfig".
        settings: The arguments of the class, by name.
    """
    file, _, class_name = name.partition(".")
    package = neighbour.__module__.rpartition(".")[0]
    return getattr(import_module(f"{package}.{file}"), class_name)(**settings)


def built(
    cls: Callable[..., nn.Module],
    *arguments: Any,
    weights: dict[str, Tensor] | None = None,
    strict: bool = True,
    training: bool = False,
) -> nn.Module:
    """Return a new module with these weights, in their dtype.

    Args:
        cls: The module's class.
        *arguments: What to call it with.
        weights: A state dict; None leaves the module as it was made.
        strict: Whether the module may have nothing else; if not, its other parameters
            are zeros, so that one bias too many changes no result.
        training: Whether it is set to train, and not to evaluate.

    Raises:
        RuntimeError: The names or shapes of the weights are not the module's.
    """
    module = cls(*arguments).train(training)
    if weights:
        module.to(next(iter(weights.values())).dtype)
        if not strict:
            names = dict(module.named_parameters()).keys() - weights.keys()
            kept = module.state_dict()
            zeros = {name: torch.zeros_like(kept[name]) for name in names}
            weights = kept | zeros | weights
        module.load_state_dict(weights, strict=True)
    return module


def state(module: nn.Module) -> dict[str, Tensor]:
    """Return a copy of the module's state dict."""
    return {name: value.clone() for name, value in module.state_dict().items()}


def shapes(module: nn.Module) -> dict[str, tuple[int, ...]]:
    """Return the names and shapes of the module's state dict."""
    return {name: tuple(value.shape) for name, value in module.state_dict().items()}


def copied(module: nn.Module) -> nn.Module:
    """Return a deep copy of the module."""
    return deepcopy(module)


def gradients(
    module: nn.Module, cotangent: Tensor, *arguments: Any, **keywords: Any
) -> dict[str, Any]:
    """Return what a forward and a backward pass of the module give.

    Args:
        module: What to call.
        cotangent: The gradient of the result, in its shape.
        *arguments: What to call it with; floating tensors among them want a gradient.
        **keywords: Likewise, without gradients.

    Returns:
        "result", "arguments" (the gradient of each argument, None where there is none)
        and "parameters" (that of each parameter, by name).
    """
    leaves = [_leaf(argument) for argument in arguments]
    result = module(*leaves, **keywords)
    names = [name for name, _ in module.named_parameters()]
    wanted = [leaf for leaf in leaves if _wants_gradient(leaf)]
    found = list(
        torch.autograd.grad(
            result, [*module.parameters(), *wanted], cotangent, allow_unused=True
        )
    )
    of_parameters = dict(zip(names, found, strict=False))
    rest = iter(found[len(names) :])
    return {
        "result": result,
        "arguments": [next(rest) if _wants_gradient(x) else None for x in leaves],
        "parameters": of_parameters,
    }


def _leaf(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.detach().clone().requires_grad_(value.is_floating_point())
    return value


def _wants_gradient(value: Any) -> bool:
    return isinstance(value, Tensor) and value.requires_grad
