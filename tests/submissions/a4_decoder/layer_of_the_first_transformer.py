# promise: PASSED test_has_the_names_of_a_llama_layer, test_layers_share_a_cache_without_sharing_tokens, test_layer_keeps_the_dtype_of_its_input, test_layer_does_nothing_but_answer; rest FAILED
# part: decoder_layer
"""Post-norm, as in the paper of 2017."""

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
            hidden_states, position_embeddings, attention_mask, cache
        )
        hidden_states = self.input_layernorm(hidden_states + attended)
        changed = self.mlp(hidden_states)
        output: Tensor = self.post_attention_layernorm(hidden_states + changed)
        return output
