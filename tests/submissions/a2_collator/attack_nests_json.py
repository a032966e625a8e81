# promise: all CRASHED
"""Writes a frame that is a megabyte of opening brackets."""

import torch

text = b"[" * (1 << 20)
body = len(text).to_bytes(8, "little") + text
with open(3, "wb", closefd=False) as channel:
    channel.write(len(body).to_bytes(8, "little") + body)


class PaddingCollator:
    def __init__(self, *settings, **more):
        pass

    def __call__(self, features):
        width = max((len(row["input_ids"]) for row in features), default=0)
        zeros = torch.zeros(len(features), width, dtype=torch.long)
        return dict.fromkeys(("input_ids", "attention_mask", "labels"), zeros)


def position_ids(attention_mask):
    return torch.zeros_like(attention_mask)
