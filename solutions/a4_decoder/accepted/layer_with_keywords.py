# part: decoder_layer
"""Arguments handed on by name, sums written with torch.add."""

import torch
from torch import Tensor, nn

from .attention import Attention, KVCache
from .config import DecoderConfig
from .mlp import MLP
from .rms_norm import RMSNorm


class DecoderLayer(nn.Module):
    """One layer of a LLaMA."""

    def __init__(self, config: DecoderConfig, layer_idx: int) -> None:
        super().__init__()
        size, eps = config.hidden_size, config.rms_norm_eps
        self.mlp = MLP(config)
        self.self_attn = Attention(config, layer_idx)
        self.post_attention_layernorm = RMSNorm(size, eps)
        self.input_layernorm = RMSNorm(size, eps)

    def forward(
        self,
        hidden_states: Tensor,
        position_embeddings: tuple[Tensor, Tensor],
        attention_mask: Tensor | None = None,
        cache: KVCache | None = None,
    ) -> Tensor:
        """Return the output of the new tokens."""
        residual = hidden_states
        hidden_states = self.input_layernorm(hidden_states)
        hidden_states = self.self_attn(
            hidden_states=hidden_states,
            position_embeddings=position_embeddings,
            attention_mask=attention_mask,
            cache=cache,
        )
        residual = torch.add(residual, hidden_states)
        hidden_states = self.post_attention_layernorm(residual)
        return torch.add(residual, self.mlp(hidden_states))
