# part: attention
"""Fused attention of torch with a mask of numbers that are added to the scores."""

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from .config import DecoderConfig
from .rope import apply_rotary


class KVCache:
    """Keys and values of the tokens so far."""

    def __init__(self) -> None:
        self.layers: dict[int, tuple[Tensor, Tensor]] = {}

    def update(self, layer_idx: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Add new tokens, and return all."""
        if layer_idx in self.layers:
            old_k, old_v = self.layers[layer_idx]
            k, v = torch.cat([old_k, k], -2), torch.cat([old_v, v], -2)
        self.layers[layer_idx] = (k, v)
        return k, v

    def length(self, layer_idx: int) -> int:
        """Return how many tokens a layer holds."""
        if layer_idx not in self.layers:
            return 0
        return self.layers[layer_idx][0].size(-2)

    def crop(self, length: int) -> None:
        """Keep the first tokens."""
        for layer_idx, (k, v) in self.layers.items():
            self.layers[layer_idx] = (k[..., :length, :], v[..., :length, :])


class Attention(nn.Module):
    """Causal attention with grouped queries."""

    def __init__(self, config: DecoderConfig, layer_idx: int) -> None:
        super().__init__()
        self.config = config
        self.layer_idx = layer_idx
        wide = config.num_attention_heads * config.head_dim
        narrow = config.num_key_value_heads * config.head_dim
        self.q_proj = nn.Linear(config.hidden_size, wide, bias=False)
        self.k_proj = nn.Linear(config.hidden_size, narrow, bias=False)
        self.v_proj = nn.Linear(config.hidden_size, narrow, bias=False)
        self.o_proj = nn.Linear(wide, config.hidden_size, bias=False)

    def _heads(self, x: Tensor, n: int) -> Tensor:
        return x.view(x.shape[0], x.shape[1], n, self.config.head_dim).transpose(1, 2)

    def forward(
        self,
        hidden_states: Tensor,
        position_embeddings: tuple[Tensor, Tensor],
        attention_mask: Tensor | None = None,
        cache: KVCache | None = None,
    ) -> Tensor:
        """Return what attention gives of the new tokens."""
        n_h, n_kv = self.config.num_attention_heads, self.config.num_key_value_heads
        q = self._heads(self.q_proj(hidden_states), n_h)
        k = self._heads(self.k_proj(hidden_states), n_kv)
        v = self._heads(self.v_proj(hidden_states), n_kv)
        q, k = apply_rotary(q, k, *position_embeddings)
        if cache is not None:
            k, v = cache.update(self.layer_idx, k, v)
        b, s, total = q.shape[0], q.shape[2], k.shape[2]
        k = k[:, :, None].expand(-1, -1, n_h // n_kv, -1, -1).reshape(b, n_h, total, -1)
        v = v[:, :, None].expand(-1, -1, n_h // n_kv, -1, -1).reshape(b, n_h, total, -1)
        least = torch.finfo(q.dtype).min
        bias = torch.full((s, total), least, dtype=q.dtype, device=q.device)
        bias = bias.triu(total - s + 1)[None, None]
        if attention_mask is not None:
            bias = bias.masked_fill(attention_mask[:, None, None] == 0, least)
        out = scaled_dot_product_attention(q, k, v, attn_mask=bias)
        output: Tensor = self.o_proj(out.transpose(1, 2).reshape(b, s, -1))
        return output
