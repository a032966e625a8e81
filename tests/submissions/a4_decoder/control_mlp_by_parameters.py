# promise: all PASSED
# part: mlp
"""Right, without `nn.Linear`: parameters of its own under the names asked for."""

import torch
from torch import nn


class Projection(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_out, n_in) * n_in**-0.5)

    def forward(self, x):
        return x @ self.weight.mT


class MLP(nn.Module):
    def __init__(self, config):
        super().__init__()
        sizes = config.hidden_size, config.intermediate_size
        for name in ("gate_proj", "up_proj"):
            setattr(self, name, Projection(*sizes))
        self.down_proj = Projection(*reversed(sizes))
        self.activation = nn.SiLU()

    def forward(self, x):
        return self.down_proj(self.activation(self.gate_proj(x)) * self.up_proj(x))
