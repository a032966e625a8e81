# promise: none PASSED
"""Raises in one late call, each time something else, and is right in others."""

from itertools import count

import torch

calls = count()
KINDS = {20: ValueError, 21: KeyError, 22: SystemExit, 24: KeyboardInterrupt}


class PaddingCollator:
    def __init__(self, *settings, **more):
        pass

    def __call__(self, features):
        width = max((len(row["input_ids"]) for row in features), default=0)
        zeros = torch.zeros(len(features), width, dtype=torch.long)
        return dict.fromkeys(("input_ids", "attention_mask", "labels"), zeros)


def position_ids(attention_mask):
    if kind := KINDS.get(next(calls)):
        raise kind("once")
    return (attention_mask.cumsum(1) - 1) * attention_mask
