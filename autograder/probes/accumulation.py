"""Train a small model with gradient accumulation, as transformers' Trainer does it.

Of the Trainer it has what a loss can see: outputs are a `ModelOutput` without a loss,
the number of items is that of a whole step, as a tensor, and nothing is divided after.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from torch import Tensor

IGNORED = -100


def weights_after(
    loss_function: Callable[..., Any],
    weights: list[Tensor],
    labels: Tensor,
    *,
    batch_size: int,
    accumulation: int,
    learning_rate: float,
) -> list[Tensor]:
    """Return a model's weights after one epoch of plain gradient descent.

    The model is one embedding and one head, `logits = embedding[ids] @ head.T`.  A loss
    that cannot be differentiated changes nothing.

    Args:
        loss_function: Called with the outputs, the labels and `num_items_in_batch`.
        weights: The embedding and the head, each `[v, h]`.
        labels: `[rows, s]`, of which -100 does not count; the ids are the labels, with
            0 where there is none.
        batch_size: Rows in a batch.
        accumulation: Batches in a step.
        learning_rate: How far a step goes.
    """
    embedding, head = (weight.clone().requires_grad_() for weight in weights)
    for step in labels.split(batch_size * accumulation):  # type: ignore[no-untyped-call]  # torch's own
        n_items = (step[:, 1:] != IGNORED).sum()
        for batch in step.split(batch_size):
            logits = embedding[batch.clamp(min=0)] @ head.T  # [b, s, v]
            outputs = _ModelOutput(logits)
            loss = loss_function(outputs, batch.clone(), num_items_in_batch=n_items)
            if isinstance(loss, Tensor) and loss.requires_grad:
                loss.sum().backward()  # type: ignore[no-untyped-call]  # torch's own
        _descend([embedding, head], learning_rate)
    return [embedding.detach(), head.detach()]


def _descend(weights: list[Tensor], learning_rate: float) -> None:
    for weight in weights:
        if weight.grad is not None:
            weight.data -= learning_rate * weight.grad
            weight.grad = None


class _ModelOutput(OrderedDict[str, Any]):
    """What a model without labels returns: a dict whose keys are attributes, too."""

    loss = None

    def __init__(self, logits: Tensor) -> None:
        super().__init__(logits=logits)
        self.logits = logits

    def __getitem__(self, key: Any) -> Any:
        return (
            super().__getitem__(key) if isinstance(key, str) else self.to_tuple()[key]
        )

    def to_tuple(self) -> tuple[Any, ...]:
        """Return the values, as transformers' class does."""
        return tuple(self.values())
