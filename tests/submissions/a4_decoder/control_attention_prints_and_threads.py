# promise: all PASSED
# part: attention
"""Prints, logs shapes and uses a thread pool for its heads, and is right."""

from concurrent.futures import ThreadPoolExecutor

import torch
from torch import nn

from .rope import apply_rotary


class KVCache:
    def __init__(self):
        self.layers = {}

    def update(self, layer_idx, k, v):
        if layer_idx in self.layers:
            old_k, old_v = self.layers[layer_idx]
            k, v = torch.cat([old_k, k], -2), torch.cat([old_v, v], -2)
        self.layers[layer_idx] = (k, v)
        return k, v

    def length(self, layer_idx):
        if layer_idx not in self.layers:
            return 0
        return self.layers[layer_idx][0].size(-2)

    def crop(self, length):
        for layer_idx, (k, v) in self.layers.items():
            self.layers[layer_idx] = (k[..., :length, :], v[..., :length, :])


class Attention(nn.Module):
    def __init__(self, config, layer_idx):
        super().__init__()
        self.config = config
        self.layer_idx = layer_idx
        wide = config.num_attention_heads * config.head_dim
        narrow = config.num_key_value_heads * config.head_dim
        self.q_proj = nn.Linear(config.hidden_size, wide, bias=False)
        self.k_proj = nn.Linear(config.hidden_size, narrow, bias=False)
        self.v_proj = nn.Linear(config.hidden_size, narrow, bias=False)
        self.o_proj = nn.Linear(wide, config.hidden_size, bias=False)

    def forward(self, hidden_states, position_embeddings, attention_mask=None, cache=None):
        b, s, _ = hidden_states.shape
        d = self.config.head_dim
        q = self.q_proj(hidden_states).view(b, s, -1, d).transpose(1, 2)
        k = self.k_proj(hidden_states).view(b, s, -1, d).transpose(1, 2)
        v = self.v_proj(hidden_states).view(b, s, -1, d).transpose(1, 2)
        print("q", tuple(q.shape), "k", tuple(k.shape), "mask", attention_mask is not None)
        q, k = apply_rotary(q, k, *position_embeddings)
        if cache is not None:
            k, v = cache.update(self.layer_idx, k, v)
        total, group = k.shape[2], q.shape[1] // k.shape[1]
        seen = torch.ones(s, total, dtype=torch.bool, device=q.device).tril(total - s)
        if attention_mask is not None:
            seen = seen & (attention_mask == 1)[:, None]
        with ThreadPoolExecutor(2) as pool:
            inputs = [(q[:, i], k[:, i // group], v[:, i // group]) for i in range(q.shape[1])]
            heads = list(pool.map(lambda each: one_head(*each, seen), inputs))
        return self.o_proj(torch.cat(heads, -1))


def one_head(q, k, v, seen):
    scores = (q @ k.mT / q.shape[-1] ** 0.5).float()
    scores = scores.masked_fill(~seen, torch.finfo(torch.float32).min)
    return scores.softmax(-1).to(v.dtype) @ v
