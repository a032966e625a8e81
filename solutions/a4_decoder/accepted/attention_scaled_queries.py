# part: attention
"""Queries scaled instead of scores, softmax written out, an own rotation."""

import torch
from torch import Tensor, nn

from .config import DecoderConfig


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


def _rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn pairs as complex numbers."""
    half = x.shape[-1] // 2
    turn = torch.complex(cos[..., :half].float(), sin[..., :half].float())[:, None]
    pairs = torch.complex(x[..., :half].float(), x[..., half:].float()) * turn
    return torch.cat([pairs.real, pairs.imag], -1).to(x.dtype)


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
        self.scale = config.head_dim**-0.25

    def forward(
        self,
        hidden_states: Tensor,
        position_embeddings: tuple[Tensor, Tensor],
        attention_mask: Tensor | None = None,
        cache: KVCache | None = None,
    ) -> Tensor:
        """Return what attention gives of the new tokens."""
        b, s, _ = hidden_states.shape
        h_d = self.config.head_dim
        q = self.q_proj(hidden_states).unflatten(2, (-1, h_d)).permute(0, 2, 1, 3)
        k = self.k_proj(hidden_states).unflatten(2, (-1, h_d)).permute(0, 2, 1, 3)
        v = self.v_proj(hidden_states).unflatten(2, (-1, h_d)).permute(0, 2, 1, 3)
        q, k = _rotate(q, *position_embeddings), _rotate(k, *position_embeddings)
        if cache is not None:
            k, v = cache.update(self.layer_idx, k, v)
        total = k.shape[2]
        index = torch.arange(q.shape[1], device=q.device)
        index = index // (q.shape[1] // k.shape[1])
        k, v = k[:, index], v[:, index]
        scores = (q.float() * self.scale) @ (k.float() * self.scale).mT
        order = torch.arange(total, device=q.device)
        hidden = order[None, :] > order[total - s :, None]
        scores = scores.masked_fill(hidden, -1e9)
        if attention_mask is not None:
            scores = scores + (1.0 - attention_mask.float())[:, None, None] * -1e9
        scores = scores - scores.amax(-1, keepdim=True)
        powers = scores.exp()
        weights = (powers / powers.sum(-1, keepdim=True)).to(v.dtype)
        output: Tensor = self.o_proj(
            (weights @ v).permute(0, 2, 1, 3).reshape(b, s, -1)
        )
        return output
