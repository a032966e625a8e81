"""RMSNorm: bring every token's features to a root mean square of one."""

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """Divide each vector of features by its root mean square, then weigh the features.

    In shapes, `h` is the hidden size.

    Args:
        hidden_size: The number of features, `h`.
        eps: What is added to the mean square, so that a vector of zeros can be divided.

    Attributes:
        weight: The learned factor of each feature, `[h]`; ones at the start.
    """

    def __init__(self, hidden_size: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(hidden_size))
        self.eps = eps

    def forward(self, hidden_states: Tensor) -> Tensor:
        """Normalize the last dimension.

        Args:
            hidden_states: `[..., h]`, of any floating dtype.

        Returns:
            `[..., h]`, in the dtype of the input; computed in float32.
        """
        x = hidden_states.float()
        mean_square = x.square().mean(dim=-1, keepdim=True)  # [..., 1]
        normalized = x * torch.rsqrt(mean_square + self.eps)  # [..., h]
        return (self.weight * normalized).to(hidden_states.dtype)
