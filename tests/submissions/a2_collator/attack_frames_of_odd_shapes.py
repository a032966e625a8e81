# promise: none PASSED
"""Writes frames that name tensors outside of their bytes."""

import json
import os

import torch

entry = {"dtype": "I64", "shape": [1 << 40], "data_offsets": [-8, 1 << 50]}
message = '["dict",["id",0],["returned",["tensor",0,"cuda:0",false]]]'
text = json.dumps({"__metadata__": {"message": message}, "0": entry}).encode()
text += b" " * (-len(text) % 8)
body = len(text).to_bytes(8, "little") + text
os.write(3, len(body).to_bytes(8, "little") + body)


class PaddingCollator:
    def __init__(self, *settings, **more):
        pass

    def __call__(self, features):
        width = max((len(row["input_ids"]) for row in features), default=0)
        zeros = torch.zeros(len(features), width, dtype=torch.long)
        return dict.fromkeys(("input_ids", "attention_mask", "labels"), zeros)


def position_ids(attention_mask):
    return torch.zeros_like(attention_mask)
