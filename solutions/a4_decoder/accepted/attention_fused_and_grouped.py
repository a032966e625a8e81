# part: attention
"""One matrix product for queries, keys and values; grouped einsum without repeating."""

import torch
from torch import Tensor, nn

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

    def forward(
        self,
        hidden_states: Tensor,
        position_embeddings: tuple[Tensor, Tensor],
        attention_mask: Tensor | None = None,
        cache: KVCache | None = None,
    ) -> Tensor:
        """Return what attention gives of the new tokens."""
        b, s, _ = hidden_states.shape
        n_kv, h_d = self.config.num_key_value_heads, self.config.head_dim
        group = self.config.num_attention_heads // n_kv
        weight = torch.cat([self.q_proj.weight, self.k_proj.weight, self.v_proj.weight])
        heads = (hidden_states @ weight.mT).view(b, s, -1, h_d).transpose(1, 2)
        q, k, v = heads.split([n_kv * group, n_kv, n_kv], dim=1)
        q, k = apply_rotary(q, k, *position_embeddings)
        if cache is not None:
            k, v = cache.update(self.layer_idx, k, v)
        total = k.shape[2]
        q = q.reshape(b, n_kv, group, s, h_d)
        scores = torch.einsum("bkgqd,bktd->bkgqt", q, k).float() / h_d**0.5
        hidden = hidden_states.new_ones(s, total, dtype=torch.bool)
        hidden = hidden.triu(total - s + 1)[None]
        if attention_mask is not None:
            hidden = hidden | (attention_mask == 0)[:, None, :]
        scores = scores.masked_fill(hidden[:, None, None], -1e9)
        weights = torch.softmax(scores, -1).type_as(v)
        mixed = torch.einsum("bkgqt,bktd->bqkgd", weights, v)
        output: Tensor = self.o_proj(mixed.reshape(b, s, -1))
        return output
