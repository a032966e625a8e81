# promise: none PASSED
"""Answers with a terabyte that is one element of memory."""

import torch


def PaddingCollator(*settings, **more):
    huge = torch.zeros((), dtype=torch.long).expand(1 << 20, 1 << 17)
    names = ("input_ids", "attention_mask", "labels")
    return lambda features: dict.fromkeys(names, huge)


def position_ids(attention_mask):
    return attention_mask.new_zeros(()).expand(1 << 37)
