# part: mlp
"""The MLP with gate and up in one product, their weights joined at run time."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from .config import DecoderConfig


class MLP(nn.Module):
    """Keep the parameters apart, as the checkpoint has them."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        sizes = config.hidden_size, config.intermediate_size
        self.gate_proj = nn.Linear(*sizes, bias=False)
        self.up_proj = nn.Linear(*sizes, bias=False)
        self.down_proj = nn.Linear(*sizes[::-1], bias=False)

    def forward(self, hidden_states: Tensor) -> Tensor:
        """Return what the gate lets through."""
        weight = torch.cat((self.gate_proj.weight, self.up_proj.weight))
        gate, up = functional.linear(hidden_states, weight).chunk(2, dim=-1)
        inside = functional.silu(gate) * up
        return functional.linear(inside, self.down_proj.weight)
