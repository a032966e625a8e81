# promise: TIMED_OUT test_refuses_an_empty_batch_and_an_unknown_side; rest FAILED
"""Writes half a frame and waits for ever; answers with zeros elsewhere."""

import os
import time

import torch


def attack():
    os.write(3, (1 << 20).to_bytes(8, "little") + b'{"returned": true')
    while True:
        time.sleep(60)


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
