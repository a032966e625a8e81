# promise: none PASSED
"""Handles all signals and interrupts itself by a timer."""

import signal

import torch

for number in range(1, 65):
    try:
        signal.signal(number, lambda *arguments: None)
    except (OSError, ValueError):
        pass
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)


class PaddingCollator:
    def __init__(self, *settings, **more):
        pass

    def __call__(self, features):
        width = max((len(row["input_ids"]) for row in features), default=0)
        zeros = torch.zeros(len(features), width, dtype=torch.long)
        return dict.fromkeys(("input_ids", "attention_mask", "labels"), zeros)


def position_ids(attention_mask):
    return torch.zeros_like(attention_mask)
