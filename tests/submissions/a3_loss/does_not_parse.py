# promise: all RAISED
"""Was saved in the middle of a line."""

import torch


def causal_lm_loss(logits, labels, ignore_index=-100:
    return torch
