# promise: FAILED test_has_three_projections_without_biases; rest RAISED
# part: mlp
"""Two projections with biases and a gelu: the MLP of an older model."""

from torch import nn


class MLP(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size)

    def forward(self, x):
        return self.down_proj(nn.functional.gelu(self.up_proj(x)))
