# promise: none PASSED
"""Prints sixty megabytes in one line and in many."""

import torch


def attack():
    print("x" * (30 << 20))
    print("y\n" * (15 << 20))


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
