"""The MLP of a decoder layer: each token by itself, through a wider space and back."""

from torch import Tensor, nn
from torch.nn.functional import silu

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
        super().__init__()
        h, m = config.hidden_size, config.intermediate_size
        self.gate_proj = nn.Linear(h, m, bias=False)
        self.up_proj = nn.Linear(h, m, bias=False)
        self.down_proj = nn.Linear(m, h, bias=False)

    def forward(self, hidden_states: Tensor) -> Tensor:
        """Return `down_proj(silu(gate_proj(x)) * up_proj(x))`.

        Args:
            hidden_states: `[..., h]`.

        Returns:
            `[..., h]`.
        """
        gate = silu(self.gate_proj(hidden_states))  # [..., m]
        up = self.up_proj(hidden_states)  # [..., m]
        output: Tensor = self.down_proj(gate * up)  # [..., h]
        return output
