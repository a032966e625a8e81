# promise: none PASSED
"""Blocks every signal and computes for ever; answers with zeros elsewhere."""

import signal

import torch


def attack():
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        pass


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
