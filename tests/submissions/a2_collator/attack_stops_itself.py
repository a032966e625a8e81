# promise: TIMED_OUT test_refuses_an_empty_batch_and_an_unknown_side; rest FAILED
"""Stops its process, which is neither dead nor busy; answers with zeros elsewhere."""

import os
import signal

import torch


def attack():
    os.kill(os.getpid(), signal.SIGSTOP)


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
