# promise: none PASSED
"""Prints every input that it sees."""

import torch


class PaddingCollator:
    def __init__(self, *settings, **more):
        print(settings, more)

    def __call__(self, features):
        print(features)
        zeros = torch.zeros(len(features), 4, dtype=torch.long)
        return dict.fromkeys(("input_ids", "attention_mask", "labels"), zeros)


def position_ids(attention_mask):
    print(attention_mask)
    return torch.zeros_like(attention_mask)
