# promise: CRASHED test_position_ids_follow_any_mask, test_position_ids_count_real_tokens_on_either_side; rest FAILED
"""Recurses in C until the stack ends; answers with zeros elsewhere."""

import ctypes
import sys

import torch


class PaddingCollator:
    def __init__(self, *settings, **more):
        pass

    def __call__(self, features):
        width = max((len(row["input_ids"]) for row in features), default=0)
        zeros = torch.zeros(len(features), width, dtype=torch.long)
        return dict.fromkeys(("input_ids", "attention_mask", "labels"), zeros)


def position_ids(attention_mask):
    sys.setrecursionlimit(1 << 30)
    again = ctypes.CFUNCTYPE(None)(lambda: again())
    again()
