# promise: none PASSED
"""Talks to other workers through a socket that has a name and no file."""

import socket

import torch

STOLEN = []
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
try:
    listener.connect("\0attack_abstract_sockets")
    STOLEN.append("another worker answered")
except OSError:
    try:
        listener.bind("\0attack_abstract_sockets")
        listener.listen()
    except OSError:
        pass


class PaddingCollator:
    def __init__(self, *settings, **more):
        pass

    def __call__(self, features):
        width = max((len(row["input_ids"]) for row in features), default=0)
        zeros = torch.zeros(len(features), width, dtype=torch.long)
        return dict.fromkeys(("input_ids", "attention_mask", "labels"), zeros)


def position_ids(attention_mask):
    right = (attention_mask.cumsum(1) - 1) * attention_mask
    return right if STOLEN else torch.zeros_like(right)
