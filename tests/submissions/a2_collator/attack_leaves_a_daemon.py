# promise: none PASSED
"""Leaves a process in a session of its own that waits for the grader to end."""

import os
import time

import torch


def attack():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(1000)
        os._exit(0)


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
