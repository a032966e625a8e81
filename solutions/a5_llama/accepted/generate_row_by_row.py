# part: generate
"""Every row by itself, without padding, and put together at the end."""

import torch
from torch import Tensor, nn

from .blocks import KVCache


@torch.inference_mode()
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
    """Continue every prompt and pad what is shorter."""
    choice = (temperature, top_k, top_p, generator)
    rows = [
        _continue(model, row[mask.bool()], max_new_tokens, eos_token_id, choice)
        for row, mask in zip(input_ids, attention_mask, strict=True)
    ]
    width = max(len(row) for row in rows)
    result = input_ids.new_full((len(rows), width), pad_token_id)
    for padded, row in zip(result, rows, strict=True):
        padded[: len(row)] = torch.tensor(row, dtype=torch.long)
    return torch.cat((input_ids, result), dim=1).clone()


def _continue(
    model: nn.Module, row: Tensor, most: int, eos: int, choice: tuple
) -> list[int]:
    cache, found, new = KVCache(), [], row[None]
    for _ in range(most):
        token = _choose(model(new, cache=cache)[0, -1], *choice)
        found.append(token)
        if token == eos:
            break
        new = torch.tensor([[token]])
    return found


def _choose(
    logits: Tensor,
    temperature: float,
    top_k: int | None,
    top_p: float | None,
    generator: torch.Generator | None,
) -> int:
    if temperature == 0:
        return int(logits.argmax())
    scores = (logits.double() / temperature).tolist()
    kept = sorted(range(len(scores)), key=lambda token: -scores[token])
    if top_k is not None:
        least = scores[kept[min(top_k, len(kept)) - 1]]
        kept = [token for token in kept if scores[token] >= least]
    if top_p is not None:
        shares = torch.tensor([scores[token] for token in kept]).softmax(0).tolist()
        n_kept, reached = 0, 0.0
        while n_kept < len(kept) and reached < top_p:
            reached += shares[n_kept]
            n_kept += 1
        kept = kept[:n_kept]
    shares = torch.tensor([scores[token] for token in kept]).softmax(0)
    return kept[int(torch.multinomial(shares, 1, generator=generator))]
