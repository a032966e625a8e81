# promise: all POLICY
# part: rms_norm
"""Inherits all that was to be written."""

from torch import nn


class RMSNorm(nn.RMSNorm):
    def __init__(self, hidden_size, eps):
        super().__init__(hidden_size, eps=eps)
