# part: rms_norm
"""RMSNorm with more than it needs: float64 inside, by einsum."""

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """Compute in float64, round once."""

    def __init__(self, hidden_size: int, eps: float) -> None:
        super().__init__()
        self.register_parameter("weight", nn.Parameter(torch.full((hidden_size,), 1.0)))
        self.eps = float(eps)

    def forward(self, hidden_states: Tensor) -> Tensor:
        """Norm the last dimension."""
        wide = hidden_states.double()
        square = torch.einsum("...h,...h->...", wide, wide) / wide.shape[-1]
        scale = (square + self.eps) ** -0.5
        return (wide * scale[..., None] * self.weight.double()).to(hidden_states.dtype)
