"""The MLP of a decoder layer: each token by itself, through a wider space and back."""

from torch import Tensor, nn

from .config import DecoderConfig


class MLP(nn.Module):
    """Let a gate decide, feature by feature, what passes: SwiGLU.

    In shapes, `h` is the hidden size and `m` the intermediate size.

    Args:
        config: Its `hidden_size` and `intermediate_size` count.

    Attributes:
        gate_proj: From `h` to `m`, without a bias.
        up_proj: From `h` to `m`, without a bias.
        down_proj: From `m` to `h`, without a bias.
    """

    def __init__(self, config: DecoderConfig) -> None:
        raise NotImplementedError("a4_decoder: implement __init__")

    def forward(self, hidden_states: Tensor) -> Tensor:
        """Return `down_proj(silu(gate_proj(x)) * up_proj(x))`.

        Args:
            hidden_states: `[..., h]`.

        Returns:
            `[..., h]`.
        """
        raise NotImplementedError("a4_decoder: implement forward")
