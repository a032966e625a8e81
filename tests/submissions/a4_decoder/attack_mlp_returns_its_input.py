# promise: PASSED test_has_three_projections_without_biases; rest FAILED
# part: mlp
"""Has all the weights and does nothing with them."""

from torch import nn


class MLP(nn.Module):
    def __init__(self, config):
        super().__init__()
        h, m = config.hidden_size, config.intermediate_size
        self.gate_proj = nn.Linear(h, m, bias=False)
        self.up_proj = nn.Linear(h, m, bias=False)
        self.down_proj = nn.Linear(m, h, bias=False)

    def forward(self, x):
        return x
