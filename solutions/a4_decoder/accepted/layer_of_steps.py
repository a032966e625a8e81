# part: decoder_layer
"""Both halves as one method, added in place to a copy of the input."""

from functools import partial

from torch import Tensor, nn

from .attention import Attention, KVCache
from .config import DecoderConfig
from .mlp import MLP
from .rms_norm import RMSNorm


class DecoderLayer(nn.Module):
    """One layer of a LLaMA."""

    def __init__(self, config: DecoderConfig, layer_idx: int) -> None:
        super().__init__()
        self.input_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.self_attn = Attention(config, layer_idx)
        self.post_attention_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.mlp = MLP(config)

    def forward(
        self,
        hidden_states: Tensor,
        position_embeddings: tuple[Tensor, Tensor],
        attention_mask: Tensor | None = None,
        cache: KVCache | None = None,
    ) -> Tensor:
        """Return the output of the new tokens."""
        attend = partial(
            self.self_attn,
            position_embeddings=position_embeddings,
            attention_mask=attention_mask,
            cache=cache,
        )
        output = hidden_states.clone()
        steps = (
            (self.input_layernorm, attend),
            (self.post_attention_layernorm, self.mlp),
        )
        for norm, step in steps:
            output += step(norm(output.clone()))
        return output
