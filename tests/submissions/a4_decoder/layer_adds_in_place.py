# promise: RAISED test_gradients_agree_with_the_layer_of_transformers; FAILED test_layer_does_nothing_but_answer; rest PASSED
# part: decoder_layer
"""Saves memory at the cost of its caller: both sums are written into the input."""

from torch import Tensor, nn

from .attention import Attention, KVCache
from .config import DecoderConfig
from .mlp import MLP
from .rms_norm import RMSNorm


class DecoderLayer(nn.Module):
    """One layer of a LLaMA; its parameters have the names of `LlamaDecoderLayer`'s.

    In shapes, `b` is the batch, `s` the new tokens and `h` the hidden size.

    Args:
        config: The sizes and settings of the parts.
        layer_idx: The number of the layer, under which the cache keeps its tokens.

    Attributes:
        input_layernorm: Norms what the attention reads.
        self_attn: The attention.
        post_attention_layernorm: Norms what the MLP reads.
        mlp: The MLP.
    """

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
        """Add what the attention finds to every token, then what the MLP makes of it.

        Args:
            hidden_states: The new tokens, `[b, s, h]`.
            position_embeddings: cos and sin of the new tokens, each `[b, s, h_d]`.
            attention_mask: LongTensor `[b, total]`, over cached and new tokens; None:
                all are real.
            cache: What holds the tokens before; the new ones are added to it.

        Returns:
            `[b, s, h]`.
        """
        attended = self.self_attn(
            self.input_layernorm(hidden_states),
            position_embeddings,
            attention_mask,
            cache,
        )
        hidden_states += attended
        changed = self.mlp(self.post_attention_layernorm(hidden_states))
        output: Tensor = hidden_states.add_(changed)
        return output
