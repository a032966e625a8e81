# part: generate
"""Rows are lists, and each is drawn for by itself; the model gets them together."""

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
    found: list[list[int]] = [[] for _ in input_ids]
    cache, new, mask = KVCache(), input_ids, attention_mask
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    for _ in range(max_new_tokens):
        running = [at for at, row in enumerate(found) if eos_token_id not in row]
        if not running:
            break
        logits = model(new, mask, positions, cache)
        for at in running:
            choice = _choose(logits[at, -1], temperature, top_k, top_p, generator)
            found[at].append(choice)
        new = torch.tensor([[row[-1]] for row in found])
        mask = torch.cat((mask, mask.new_ones(len(mask), 1)), dim=1)
        positions = mask.sum(1, keepdim=True) - 1
    width = max(map(len, found))
    padded = [row + [pad_token_id] * (width - len(row)) for row in found]
    return torch.cat((input_ids, torch.tensor(padded, dtype=torch.long)), dim=1)


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
