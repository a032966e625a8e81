# promise: none PASSED
"""Starts other programs to read what it may not."""

import ctypes
import os
import subprocess
import sys

import torch

STOLEN = []
for run in (
    lambda: subprocess.run(["/bin/cat", "/etc/passwd"], check=True),
    lambda: subprocess.run([sys.executable, "-c", "print(1)"], check=True),
    lambda: os.posix_spawn("/bin/sh", ["sh", "-c", "id"], {}),
    lambda: 1 / (1 + ctypes.CDLL(None).execl(b"/bin/true", b"true", None)),
    lambda: 1 / (os.system("true") == 0),
):
    try:
        run()
        STOLEN.append(run)
    except (OSError, ZeroDivisionError, subprocess.SubprocessError):
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
