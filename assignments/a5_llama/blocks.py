"""The blocks of a LLaMA, finished: norm, rotation, decoder layer and cache.

They do what `a4_decoder` asks for, and are called as there, so your own may stand here.
These are made of the layers of `transformers`.

In shapes, `b` is the batch, `s` the new tokens, `total` cached and new tokens together,
`h` the hidden size, `n_kv` the heads of keys and values, and `h_d` the features of one
head.
"""

import torch
from torch import Tensor
from torch.func import functional_call
from transformers import DynamicCache, LlamaConfig
from transformers.models.llama.modeling_llama import (
    LlamaDecoderLayer,
    LlamaRMSNorm,
    LlamaRotaryEmbedding,
)

from .config import LlamaModelConfig

__all__ = [
    "DecoderLayer",
    "KVCache",
    "RMSNorm",
    "inverse_frequencies",
    "rotary_cos_sin",
]

_ROTARY = LlamaRotaryEmbedding(LlamaConfig())


class RMSNorm(LlamaRMSNorm):
    """`RMSNorm(hidden_size, eps)`: `[..., h]` to `[..., h]`, with a `weight` `[h]`."""


class KVCache:
    """The keys and values of all tokens so far, of every layer apart."""

    def __init__(self) -> None:
        self._cache = DynamicCache()

    def update(self, layer_idx: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Add the keys and values of new tokens, each `[b, n_kv, s, h_d]`.

        Returns:
            All keys and all values of the layer, each `[b, n_kv, total, h_d]`.
        """
        keys, values = self._cache.update(k, v, layer_idx)
        return keys, values

    def length(self, layer_idx: int) -> int:
        """Return how many tokens a layer holds; 0 for a layer without any."""
        return int(self._cache.get_seq_length(layer_idx))

    def crop(self, length: int) -> None:
        """Forget, in every layer, all tokens but the first `length`."""
        for layer_idx, layer in enumerate(self._cache.layers):
            surplus = self.length(layer_idx) - length
            if surplus > 0:
                layer.crop(-surplus)


class DecoderLayer(LlamaDecoderLayer):
    """`DecoderLayer(config, layer_idx)`: a layer; its number tells its tokens apart."""

    def __init__(self, config: LlamaModelConfig, layer_idx: int) -> None:
        super().__init__(_library_config(config), layer_idx)

    def forward(  # type: ignore[override]  # called as a4_decoder's
        self,
        hidden_states: Tensor,
        position_embeddings: tuple[Tensor, Tensor],
        attention_mask: Tensor | None = None,
        cache: KVCache | None = None,
    ) -> Tensor:
        """Return what the layer makes of the new tokens.

        Args:
            hidden_states: The new tokens, `[b, s, h]`.
            position_embeddings: cos and sin of the new tokens, each `[b, s, h_d]`.
            attention_mask: LongTensor `[b, total]`, 1 at real tokens and 0 at padding,
                over cached and new tokens; None: all are real. Causality comes of
                itself.
            cache: What holds the tokens before; the new ones are added to it.

        Returns:
            `[b, s, h]`.
        """
        n_cached = 0 if cache is None else cache.length(self.self_attn.layer_idx)
        hidden: Tensor = super().forward(
            hidden_states,
            attention_mask=_hiding(hidden_states, n_cached, attention_mask),
            position_embeddings=position_embeddings,
            past_key_values=None if cache is None else cache._cache,  # noqa: SLF001 - of this file
        )
        return hidden


def inverse_frequencies(config: LlamaModelConfig) -> Tensor:
    """Return each pair's angle from one position to the next: float32 `[h_d/2]`."""
    rotary = LlamaRotaryEmbedding(_library_config(config))
    # The library's own is a buffer, and makes itself one of any module that keeps it.
    return rotary.inv_freq.detach().clone()


def rotary_cos_sin(
    position_ids: Tensor, inv_freq: Tensor, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """Return the cosine and sine of every position's angles.

    Args:
        position_ids: LongTensor `[b, s]`, each row with positions of its own.
        inv_freq: Float32 `[h_d/2]`, what `inverse_frequencies` returns.
        dtype: The dtype of the results; angles are float32 in any case.

    Returns:
        cos and sin, each `[b, s, h_d]`.
    """
    like = inv_freq.new_empty(0, dtype=dtype)
    cos, sin = functional_call(_ROTARY, {"inv_freq": inv_freq}, (like, position_ids))
    return cos, sin


def _library_config(config: LlamaModelConfig) -> LlamaConfig:
    return LlamaConfig(
        hidden_size=config.hidden_size,
        intermediate_size=config.intermediate_size,
        num_attention_heads=config.num_attention_heads,
        num_key_value_heads=config.num_key_value_heads,
        head_dim=config.head_dim,
        rms_norm_eps=config.rms_norm_eps,
        max_position_embeddings=config.max_position_embeddings,
        rope_parameters={
            "rope_type": "default",
            **(config.rope_scaling or {}),
            "rope_theta": config.rope_theta,
        },
        attn_implementation="eager",
    )


def _hiding(
    hidden_states: Tensor, n_cached: int, attention_mask: Tensor | None
) -> Tensor:
    """Return what the library adds to scores, `[b or 1, 1, s, total]`."""
    s, device = hidden_states.shape[1], hidden_states.device
    keys = torch.arange(n_cached + s, device=device)
    seen = (keys <= keys[n_cached:, None])[None, None]
    if attention_mask is not None:
        seen = seen & attention_mask.bool()[:, None, None]
    hiding = torch.zeros(seen.shape, dtype=hidden_states.dtype, device=device)
    return hiding.masked_fill(~seen, torch.finfo(hidden_states.dtype).min)
