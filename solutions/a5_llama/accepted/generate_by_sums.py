# part: generate
"""A generator of logits; tokens are drawn where the sum of shares reaches a number."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from .blocks import KVCache


@torch.no_grad()
def generate(  # noqa: PLR0913, PLR0917 - as the handout has it
    model: nn.Module,
    input_ids: Tensor,
    attention_mask: Tensor,
    max_new_tokens: int,
    eos_token_id: int,
    pad_token_id: int,
    temperature: float = 0.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Continue every row of a batch of prompts."""
    columns: list[Tensor] = []
    going = torch.ones(len(input_ids), dtype=torch.bool, device=input_ids.device)
    steps = _logits(model, input_ids, attention_mask, columns)
    while len(columns) < max_new_tokens and going.any():
        logits = next(steps)
        if temperature:
            token = _draw(logits / temperature, top_k, top_p, generator)
        else:
            token = logits.argmax(1)
        columns.append(token * going + pad_token_id * ~going)
        going = going.logical_and(token != eos_token_id)
    return torch.column_stack([input_ids, *columns])


def _logits(
    model: nn.Module, ids: Tensor, mask: Tensor, columns: list[Tensor]
) -> Iterator[Tensor]:
    """Yield logits `[b, v]` after all tokens, of which `columns` gets more."""
    cache = KVCache()
    length = mask.sum(1, keepdim=True)
    places = (mask.cumsum(1) - mask).to(torch.long)
    while True:
        if columns:
            ids = columns[-1].unsqueeze(1)
            places = length + len(columns) - 1
            mask = torch.nn.functional.pad(mask, (0, 1), value=1)
        yield model(ids, mask, places, cache)[:, -1].to(torch.float32)


def _draw(
    scores: Tensor,
    top_k: int | None,
    top_p: float | None,
    generator: torch.Generator | None,
) -> Tensor:
    shares = torch.softmax(scores, -1)
    if top_k:
        least = shares.sort(-1).values[:, -top_k:][:, :1]
        shares = shares * (shares >= least)
        shares = shares / shares.sum(-1, keepdim=True)
    ordered, order = shares.sort(dim=-1, descending=True, stable=True)
    if top_p:
        reached = ordered.cumsum(-1)
        n_kept = (reached < top_p).sum(-1, keepdim=True) + 1
        places = torch.arange(ordered.shape[-1], device=ordered.device)
        ordered = ordered * (places < n_kept)
    edges = ordered.cumsum(-1)
    dice = torch.rand(len(edges), 1, generator=generator, device=edges.device)
    place = torch.searchsorted(edges, dice * edges[:, -1:], right=True)
    return order.gather(-1, place.clamp(max=order.shape[-1] - 1))[:, 0]
