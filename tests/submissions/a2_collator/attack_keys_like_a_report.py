# promise: none PASSED
"""Answers with columns whose names are markup, commands and control characters."""

import torch


def PaddingCollator(*settings, **more):
    names = ("<b>", "```\n# 20 of 20", "=1+1", "::error::", "\x1b[2J", "\u202e", "\0")
    return lambda features: dict.fromkeys(names, torch.zeros(1))


def position_ids(attention_mask):
    return {("\n", 1.5): {"```": torch.zeros(1)}}
