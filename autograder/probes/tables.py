"""A language model that looks its logits up, to see how text is generated with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import pad


class Table(nn.Module):
    """A model whose logits stand in a table, so that they are known exactly.

    Every token stands for the number `(token + 1) * (position + 1)`.  The logits after
    a token are the row of the table whose index is the sum of the numbers of all real
    tokens up to there, or the token itself; modulo the number of rows.  Tokens of
    earlier calls are kept in the cache, as keys of layer 0.

    Args:
        logits: The table, `[rows, v]`.
        has_memory: Whether the index is the sum.
    """

    def __init__(self, logits: Tensor, *, has_memory: bool) -> None:
        super().__init__()
        self.logits = nn.Parameter(logits.clone())
        self.has_memory = has_memory
        self.calls: list[dict[str, Any]] = []

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        position_ids: Tensor | None = None,
        cache: Any = None,
    ) -> Tensor:
        """Return the logits after each of the new tokens, `[b, s, v]`."""
        self.calls.append(
            {
                "n_tokens": input_ids.shape[1],
                "records_gradients": torch.is_grad_enabled(),
            }
        )
        n_cached = 0 if cache is None else cache.length(0)
        total = n_cached + input_ids.shape[1]
        if position_ids is None:
            position_ids = torch.arange(n_cached, total, device=input_ids.device)[None]
        numbers = (input_ids + 1) * (position_ids.expand_as(input_ids) + 1)
        keys = numbers[:, None, :, None].double()
        if cache is not None:
            keys, _ = cache.update(0, keys, keys)
        if attention_mask is not None:
            # A token that the mask does not reach is not seen.
            mask = pad(attention_mask, (0, total - attention_mask.shape[1]))
            keys = keys * mask[:, None, :, None]
        sums = keys[:, 0, :, 0].cumsum(-1)[:, n_cached:].long()
        index = sums if self.has_memory else input_ids
        return self.logits[index % len(self.logits)]


def bound(
    function: Callable[..., Any],
    logits: Tensor,
    *,
    has_memory: bool = True,
    seed: int | None = None,
) -> Callable[..., Any]:
    """Return a function that generates, bound to a model of its own.

    Args:
        function: Called with the model, what it is called with here, and a generator.
        logits: The model's table, `[rows, v]`.
        has_memory: Whether the model reads more than the last token.
        seed: Of the generator, the same for all calls; None: there is none.

    Returns:
        The function; what it does with the model is what `calls` returns.
    """
    model = Table(logits, has_memory=has_memory).eval()
    more = {}
    if seed is not None:
        more["generator"] = torch.Generator(logits.device).manual_seed(seed)

    def bound_function(*arguments: Any, **options: Any) -> Any:
        return function(model, *arguments, **options, **more)

    bound_function.calls = model.calls  # type: ignore[attr-defined]  # read below
    return bound_function


def calls(bound_function: Callable[..., Any]) -> list[dict[str, Any]]:
    """Return all calls of the model of a bound function, in their order.

    Returns:
        Of each call the "n_tokens" of a row, and whether it "records_gradients".
    """
    found: list[dict[str, Any]] = bound_function.calls  # type: ignore[attr-defined]  # put there above
    return list(found)
