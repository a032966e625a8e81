# part: attention
"""One token of one row after another, and a cache of lists."""

import torch
from torch import Tensor, nn

from .config import DecoderConfig
from .rope import apply_rotary


class KVCache:
    """Keys and values of the tokens so far."""

    def __init__(self) -> None:
        self.tokens: dict[int, list[tuple[Tensor, Tensor]]] = {}

    def update(self, layer_idx: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Add new tokens, and return all."""
        held = self.tokens.setdefault(layer_idx, [])
        held.extend(zip(k.unbind(2), v.unbind(2), strict=True))
        if not held:
            return k, v
        keys, values = zip(*held, strict=True)
        return torch.stack(keys, 2), torch.stack(values, 2)

    def length(self, layer_idx: int) -> int:
        """Return how many tokens a layer holds."""
        return len(self.tokens.get(layer_idx, []))

    def crop(self, length: int) -> None:
        """Keep the first tokens."""
        for held in self.tokens.values():
            del held[length:]


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
        s = hidden_states.shape[1]
        h_d = self.config.head_dim
        q, k, v = (
            layer(hidden_states).unflatten(-1, (-1, h_d)).transpose(1, 2)
            for layer in (self.q_proj, self.k_proj, self.v_proj)
        )
        q, k = apply_rotary(q, k, *position_embeddings)
        if cache is not None:
            k, v = cache.update(self.layer_idx, k, v)
        group, past = q.shape[1] // k.shape[1], k.shape[2] - s
        tokens = []
        for i in range(s):
            seen = past + i + 1
            keys = k[:, :, :seen].repeat_interleave(group, 1)
            values = v[:, :, :seen].repeat_interleave(group, 1)
            scores = (q[:, :, i, None] * keys).sum(-1).float() * h_d**-0.5
            if attention_mask is not None:
                real = attention_mask[:, None, :seen] > 0
                scores = scores.masked_fill(~real, torch.finfo(torch.float32).min)
            weights = scores.softmax(-1).to(values.dtype)[..., None]
            tokens.append((weights * values).sum(2).flatten(1))
        output: Tensor = self.o_proj(torch.stack(tokens, 1))
        return output
