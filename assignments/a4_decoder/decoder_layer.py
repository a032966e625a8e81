"""A decoder layer: attention among tokens, then an MLP on each, both added on."""

from torch import Tensor, nn

from .attention import KVCache
from .config import DecoderConfig


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
        raise NotImplementedError("a4_decoder: implement __init__")

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
        raise NotImplementedError("a4_decoder: implement forward")
