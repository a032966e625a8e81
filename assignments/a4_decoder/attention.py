"""Attention: let each token take up what it needs of the tokens before it.

In shapes, `b` is the batch, `s` the new tokens, `total` cached and new tokens together,
`h` the hidden size, `n_h` the heads of queries, `n_kv` those of keys and values, and
`h_d` the features of one head.
"""

from torch import Tensor, nn

from .config import DecoderConfig


class KVCache:
    """The keys and values of all tokens so far, of every layer apart.

    Keys are held rotated, and neither is repeated for the heads of the queries.
    """

    def __init__(self) -> None:
        raise NotImplementedError("a4_decoder: implement __init__")

    def update(self, layer_idx: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Add the keys and values of new tokens to those of a layer.

        Args:
            layer_idx: Which layer they belong to.
            k: New keys `[b, n_kv, s, h_d]`, rotated.
            v: New values `[b, n_kv, s, h_d]`.

        Returns:
            All keys and all values of the layer, each `[b, n_kv, total, h_d]`.
        """
        raise NotImplementedError("a4_decoder: implement update")

    def length(self, layer_idx: int) -> int:
        """Return how many tokens a layer holds; 0 for a layer without any."""
        raise NotImplementedError("a4_decoder: implement length")

    def crop(self, length: int) -> None:
        """Forget, in every layer, all tokens but the first `length`."""
        raise NotImplementedError("a4_decoder: implement crop")


class Attention(nn.Module):
    """Causal self-attention with grouped queries and rotary positions.

    Args:
        config: Sizes: `hidden_size`, `num_attention_heads`, `num_key_value_heads` and
            `head_dim`.
        layer_idx: The number of the layer, under which the cache keeps its tokens.

    Attributes:
        q_proj: From `h` to `n_h * h_d`; none of the four has a bias.
        k_proj: From `h` to `n_kv * h_d`.
        v_proj: From `h` to `n_kv * h_d`.
        o_proj: From `n_h * h_d` to `h`.
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
        """Attend from every new token to itself and to the tokens before it.

        Args:
            hidden_states: The new tokens, `[b, s, h]`.
            position_embeddings: cos and sin of the new tokens, each `[b, s, h_d]`.
            attention_mask: LongTensor `[b, total]`, 1 at real tokens and 0 at padding,
                over cached and new tokens; None: all are real.
            cache: What holds the tokens before; the new ones are added to it.

        Returns:
            `[b, s, h]`, finite even where a token may attend to nothing.
        """
        raise NotImplementedError("a4_decoder: implement forward")
