# part: generate
"""Tokens drawn as the largest of logits with Gumbel noise, into a tensor made ahead."""

import torch
from torch import Tensor, nn

from .blocks import KVCache


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
    b, s = input_ids.shape
    ids = input_ids.new_full((b, s + max_new_tokens), pad_token_id)
    mask = attention_mask.new_ones((b, s + max_new_tokens))
    ids[:, :s], mask[:, :s] = input_ids, attention_mask
    positions = mask.cumsum(1).sub(1).clamp(min=0)
    has_ended = input_ids.new_zeros(b, dtype=torch.bool)
    cache, start, end = KVCache(), 0, s
    while end < s + max_new_tokens and not has_ended.all():
        new = slice(start, end)
        with torch.no_grad():
            logits = model(
                input_ids=ids[:, new],
                attention_mask=mask[:, :end],
                position_ids=positions[:, new],
                cache=cache,
            )[:, -1].to(torch.float64)
        if temperature > 0:
            logits = _kept(logits / temperature, top_k, top_p)
            noise = torch.rand(
                logits.shape,
                dtype=logits.dtype,
                device=logits.device,
                generator=generator,
            )
            logits = logits - (-noise.log()).log()
        token = logits.max(1).indices
        ids[:, end] = token.masked_fill(has_ended, pad_token_id)
        has_ended |= token == eos_token_id
        start, end = end, end + 1
    return ids[:, :end]


def _kept(scores: Tensor, top_k: int | None, top_p: float | None) -> Tensor:
    """Return scores with minus infinity for what may not be drawn."""
    if top_k is not None:
        # How many are larger than each.
        larger = (scores[:, None, :] > scores[:, :, None]).sum(-1)
        scores = torch.where(larger < top_k, scores, -torch.inf)
    if top_p is not None:
        # What is strictly more likely than each, together.
        shares = scores.softmax(-1)
        more = shares[:, None, :] > shares[:, :, None]
        before = (more * shares[:, None, :]).sum(-1)
        scores = torch.where(before < top_p, scores, -torch.inf)
    return scores
