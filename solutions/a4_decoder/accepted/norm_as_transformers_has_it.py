# part: rms_norm
"""RMSNorm whose weights multiply what is back in the input's dtype already."""

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """Round before the weights, as the library does."""

    def __init__(self, hidden_size: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(hidden_size))
        self.variance_epsilon = eps

    def forward(self, hidden_states: Tensor) -> Tensor:
        """Norm the last dimension."""
        dtype = hidden_states.dtype
        wide = hidden_states.to(torch.float32)
        variance = wide.pow(2).mean(-1, keepdim=True)
        wide = wide * torch.rsqrt(variance + self.variance_epsilon)
        return (self.weight * wide.to(dtype)).to(dtype)
