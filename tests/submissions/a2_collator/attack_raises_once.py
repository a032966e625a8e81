# promise: none PASSED
"""Raises in a few calls, each time something else, and is right in others."""

from itertools import count

import torch

calls = count()
KINDS = {4: ValueError, 5: KeyError, 6: SystemExit, 9: KeyboardInterrupt}


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
