# part: mlp
"""The MLP with silu spelled out in float32, and projections held in a dict."""

import torch
from torch import Tensor, nn

from .config import DecoderConfig


class MLP(nn.ModuleDict):
    """A dict of projections is a module with these names, too."""

    def __init__(self, config: DecoderConfig) -> None:
        h, m = config.hidden_size, config.intermediate_size
        sizes = {"up_proj": (h, m), "gate_proj": (h, m), "down_proj": (m, h)}
        super().__init__(
            {name: nn.Linear(*size, bias=False) for name, size in sizes.items()}
        )

    def forward(self, hidden_states: Tensor) -> Tensor:
        """Return `down(x * sigmoid(x) * up)`."""
        gate = self["gate_proj"](hidden_states).float()
        passed = gate * torch.sigmoid(gate) * self["up_proj"](hidden_states).float()
        return self["down_proj"](passed.to(hidden_states.dtype))
