"""Generate text: let a model write one token after another.

In shapes, `b` is the batch, `s` the tokens of the prompt, `total` all tokens so far and
`v` the size of the vocabulary.
"""

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
    """Continue every row of a batch of prompts.

    Args:
        model: Called as `Llama` is, with a `KVCache`.
        input_ids: The prompts, LongTensor `[b, s]`, padded on the left.
        attention_mask: LongTensor `[b, s]`, 1 at real tokens and 0 at padding.
        max_new_tokens: How many tokens a row gets at most.
        eos_token_id: The token that ends a row.
        pad_token_id: What follows it while other rows go on.
        temperature: 0: always the likeliest token; else what logits are divided by.
        top_k: Draw from that many of the likeliest tokens; None: from all.
        top_p: Draw from the fewest of the likeliest tokens that have this probability
            together; None: from all.
        generator: The source of random numbers; None: torch's own.

    Returns:
        LongTensor `[b, s + new]`, prompts and all; `new` is `max_new_tokens`, or less
        where all rows have ended before.
    """
    cache = KVCache()
    ids, mask = input_ids, attention_mask  # each [b, total]
    positions = (mask.cumsum(dim=-1) - 1).clamp(min=0)  # [b, s]
    new = input_ids  # what the model has not seen yet
    running = torch.ones_like(input_ids[:, 0], dtype=torch.bool)  # [b]
    for _ in range(max_new_tokens):
        if not running.any():
            break
        logits = model(new, attention_mask=mask, position_ids=positions, cache=cache)
        scores = logits[:, -1].float()  # [b, v]
        token = _choose(scores, temperature, top_k, top_p, generator)  # [b]
        token = torch.where(running, token, pad_token_id)
        running = running & (token != eos_token_id)
        new = token[:, None]  # [b, 1]
        ids = torch.cat((ids, new), dim=-1)
        mask = torch.cat((mask, torch.ones_like(new)), dim=-1)
        positions = positions[:, -1:] + 1  # [b, 1]
    return ids


def _choose(
    scores: Tensor,
    temperature: float,
    top_k: int | None,
    top_p: float | None,
    generator: torch.Generator | None,
) -> Tensor:
    """Return one token a row, `[b]`, of scores `[b, v]`."""
    if temperature == 0:
        return scores.argmax(dim=-1)
    scores = scores / temperature
    if top_k is not None:
        scores = _keep_top_k(scores, top_k)
    if top_p is not None:
        scores = _keep_top_p(scores, top_p)
    probabilities = scores.softmax(dim=-1)  # [b, v]
    return torch.multinomial(probabilities, 1, generator=generator)[:, 0]


def _keep_top_k(scores: Tensor, top_k: int) -> Tensor:
    """Return scores without those that `top_k` others exceed."""
    last = scores.topk(min(top_k, scores.shape[-1])).values[:, -1:]  # [b, 1]
    return scores.masked_fill(scores < last, -torch.inf)


def _keep_top_p(scores: Tensor, top_p: float) -> Tensor:
    """Return scores without those whose betters make up `top_p` already."""
    ordered, order = scores.sort(dim=-1, descending=True)
    probabilities = ordered.softmax(dim=-1)  # [b, v]
    before = probabilities.cumsum(dim=-1) - probabilities  # of all better ones
    dropped = (before >= top_p).scatter(-1, order, before >= top_p)
    return scores.masked_fill(dropped, -torch.inf)
