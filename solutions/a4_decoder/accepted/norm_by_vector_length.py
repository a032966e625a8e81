# part: rms_norm
"""RMSNorm by the length of the vector: a division in place of a reciprocal root."""

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """Divide by `sqrt(length**2 / h + eps)`."""

    def __init__(self, hidden_size: int, eps: float) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.eps = eps
        self.weight = nn.Parameter(torch.empty(hidden_size))
        nn.init.ones_(self.weight)

    def forward(self, hidden_states: Tensor) -> Tensor:
        """Norm the last dimension."""
        wide = hidden_states.type(torch.float32)
        length = torch.linalg.vector_norm(wide, dim=-1, keepdim=True)
        root = torch.sqrt(length * length / self.hidden_size + self.eps)
        return (wide / root * self.weight.float()).type_as(hidden_states)
