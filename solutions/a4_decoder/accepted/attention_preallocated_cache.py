# part: attention
"""A cache that doubles its room, and everything computed in float32."""

import torch
from torch import Tensor, nn

from .config import DecoderConfig
from .rope import apply_rotary


class KVCache:
    """Keys and values of the tokens so far."""

    def __init__(self) -> None:
        self.rooms: dict[int, Tensor] = {}
        self.used: dict[int, int] = {}

    def update(self, layer_idx: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Add new tokens, and return all."""
        start = self.used.get(layer_idx, 0)
        end = start + k.shape[2]
        new = torch.stack([k, v])
        room = self.rooms.get(layer_idx)
        if room is None or room.shape[3] < end:
            room = new.new_zeros(*new.shape[:3], 2 * end, new.shape[4])
            if start:
                room[:, :, :, :start] = self.rooms[layer_idx][:, :, :, :start]
        else:
            room = room.clone() if new.requires_grad else room
        room[:, :, :, start:end] = new
        self.rooms[layer_idx] = room
        self.used[layer_idx] = end
        return room[0, :, :, :end], room[1, :, :, :end]

    def length(self, layer_idx: int) -> int:
        """Return how many tokens a layer holds."""
        return self.used.get(layer_idx, 0)

    def crop(self, length: int) -> None:
        """Keep the first tokens."""
        self.used = {index: min(n, length) for index, n in self.used.items()}


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
        h_d = self.config.head_dim
        x = hidden_states.float()
        q, k, v = (
            (x @ layer.weight.float().T).view(b, s, -1, h_d).transpose(1, 2)
            for layer in (self.q_proj, self.k_proj, self.v_proj)
        )
        cos, sin = position_embeddings
        q, k = apply_rotary(q, k, cos.float(), sin.float())
        if cache is not None:
            k, v = cache.update(self.layer_idx, k, v)
        group = q.shape[1] // k.shape[1]
        total = k.shape[2]
        outputs = []
        for head in range(q.shape[1]):
            scores = q[:, head] @ k[:, head // group].mT / h_d**0.5
            hidden = torch.ones_like(scores, dtype=torch.bool).triu(total - s + 1)
            if attention_mask is not None:
                hidden = hidden | ~attention_mask.bool()[:, None]
            scores = torch.where(hidden, torch.finfo(scores.dtype).min, scores)
            outputs.append(scores.softmax(-1) @ v[:, head // group])
        output = torch.cat(outputs, -1) @ self.o_proj.weight.float().T
        return output.to(hidden_states.dtype)
