"""Change a model's layers, or put others there, to see that it goes through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn


class _Witness(nn.Module):
    """A decoder layer that doubles, adds, and keeps what it is called with."""

    def __init__(self, index: int, added: Tensor) -> None:
        super().__init__()
        self.index = index
        self.added = added
        self.calls: list[dict[str, Any]] = []

    def forward(
        self,
        hidden_states: Tensor,
        position_embeddings: tuple[Tensor, Tensor],
        attention_mask: Any = None,
        cache: Any = None,
    ) -> Tensor:
        rows = hidden_states.shape[0]
        cos, sin = (
            each.expand(rows, *each.shape[1:]).detach() for each in position_embeddings
        )
        call = {
            "hidden_states": hidden_states.detach(),
            "cos": cos,
            "sin": sin,
            "attention_mask": attention_mask,
            "cache": cache,
        }
        self.calls.append(call)
        if cache is not None:
            keys = hidden_states.detach()[:, None]  # one head
            cache.update(self.index, keys, keys)
        return 2 * hidden_states + self.added


def shifted(module: nn.Module, name: str, added: list[Tensor]) -> None:
    """Have every layer of a model add a constant to what it gives, for good.

    Args:
        module: The model.
        name: Where its list of decoder layers is, such as "model.layers".
        added: What each of the layers adds, `[h]`.
    """
    for layer, each in zip(module.get_submodule(name).children(), added, strict=True):
        # Not a hook, which would serve layers that are called otherwise, too.
        layer.forward = _Shifted(layer.forward, each)


class _Shifted:
    """The forward pass of a decoder layer, and a constant."""

    def __init__(self, forward: Callable[..., Tensor], added: Tensor) -> None:
        self.forward = forward
        self.added = added

    def __call__(
        self,
        hidden_states: Tensor,
        position_embeddings: tuple[Tensor, Tensor],
        attention_mask: Any = None,
        cache: Any = None,
    ) -> Tensor:
        found = self.forward(hidden_states, position_embeddings, attention_mask, cache)
        return found + self.added.to(found)


def witnessed(
    module: nn.Module,
    name: str,
    added: list[Tensor],
    calls: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Return what calls of a model give, and what its layers are called with.

    Args:
        module: The model; its layers are replaced for good.
        name: Where its list of decoder layers is, such as "model.layers".
        added: What each of the layers put there adds to twice its input, `[h]`.
        calls: The model's arguments by name, of one call after the other.

    Returns:
        Of each call the "result" and, of each call of a layer, in "layers": its "index"
        and "hidden_states", "cos" and "sin" (for each row, also where all have the
        same), "attention_mask", and whether it has the model's "cache".
    """
    holder, _, last = name.rpartition(".")
    witnesses = [_Witness(index, each) for index, each in enumerate(added)]
    setattr(module.get_submodule(holder), last, nn.ModuleList(witnesses))
    return [_one(module, witnesses, call) for call in calls]


def _one(
    module: nn.Module, witnesses: list[_Witness], call: dict[str, Any]
) -> dict[str, Any]:
    for witness in witnesses:
        witness.calls.clear()
    result = module(**call)
    cache = call.get("cache")
    layers = [
        {"index": witness.index, **seen, "cache": seen["cache"] is cache}
        for witness in witnesses
        for seen in witness.calls
    ]
    return {"result": result, "layers": layers}
