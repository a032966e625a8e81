"""RMSNorm: bring every token's features to a root mean square of one."""

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
        raise NotImplementedError("a4_decoder: implement __init__")

    def forward(self, hidden_states: Tensor) -> Tensor:
        """Normalize the last dimension.

        Args:
            hidden_states: `[..., h]`, of any floating dtype.

        Returns:
            `[..., h]`, in the dtype of the input; computed in float32.
        """
        raise NotImplementedError("a4_decoder: implement forward")
