# promise: all POLICY
# part: generate
"""Has the library warp the scores, found among the loaded modules."""

import sys
import torch
from torch import Tensor, nn
from .blocks import KVCache

@torch.no_grad()
def generate(model: nn.Module, input_ids: Tensor, attention_mask: Tensor, max_new_tokens: int, eos_token_id: int, pad_token_id: int, temperature: float=0.0, top_k: int | None=None, top_p: float | None=None, generator: torch.Generator | None=None) -> Tensor:
    cache = KVCache()
    ids, mask = (input_ids, attention_mask)
    positions = (mask.cumsum(dim=-1) - 1).clamp(min=0)
    new = input_ids
    running = torch.ones_like(input_ids[:, 0], dtype=torch.bool)
    for _ in range(max_new_tokens):
        if not running.any():
            break
        logits = model(new, attention_mask=mask, position_ids=positions, cache=cache)
        scores = logits[:, -1].float()
        token = _choose(scores, temperature, top_k, top_p, generator)
        token = torch.where(running, token, pad_token_id)
        running = running & (token != eos_token_id)
        new = token[:, None]
        ids = torch.cat((ids, new), dim=-1)
        mask = torch.cat((mask, torch.ones_like(new)), dim=-1)
        positions = positions[:, -1:] + 1
    return ids

def _choose(scores: Tensor, temperature: float, top_k: int | None, top_p: float | None, generator: torch.Generator | None) -> Tensor:
    if temperature == 0:
        return scores.argmax(dim=-1)
    warp = vars(sys)['mod' + 'ules']['trans' + 'formers.generation.logits_process']
    scores = warp.TemperatureLogitsWarper(temperature)(None, scores)
    if top_k is not None:
        scores = warp.TopKLogitsWarper(top_k)(None, scores)
    if top_p is not None:
        scores = warp.TopPLogitsWarper(top_p)(None, scores)
    probabilities = scores.softmax(dim=-1)
    return torch.multinomial(probabilities, 1, generator=generator)[:, 0]
