# promise: none PASSED
"""Opens sockets of every family and connects to the world and to this machine."""

import socket

import torch

STOLEN = []
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            STOLEN.append(socket.socket(family, kind))
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
