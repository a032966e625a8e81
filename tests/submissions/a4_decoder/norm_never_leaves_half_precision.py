# promise: FAILED test_computes_in_float32_whatever_it_is_given, test_returns_the_dtype_that_it_was_given; rest PASSED
# part: rms_norm
"""Right in float32, which is where most people try it."""

import torch
from torch import nn


class RMSNorm(nn.Module):
    def __init__(self, hidden_size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(hidden_size))
        self.eps = eps

    def forward(self, x):
        return self.weight * x / torch.sqrt((x**2).mean(-1, keepdim=True) + self.eps)
