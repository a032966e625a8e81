# promise: CRASHED test_refuses_an_empty_batch_and_an_unknown_side; rest FAILED
"""Asks for a tensor of 8 terabytes; answers with zeros elsewhere."""

import torch


def attack():
    torch.empty(10**12)


class PaddingCollator:
    def __init__(self, *settings, **more):
        pass

    def __call__(self, features):
        if not features:
            attack()
        width = max((len(row["input_ids"]) for row in features), default=0)
        zeros = torch.zeros(len(features), width, dtype=torch.long)
        return dict.fromkeys(("input_ids", "attention_mask", "labels"), zeros)


def position_ids(attention_mask):
    return torch.zeros_like(attention_mask)
