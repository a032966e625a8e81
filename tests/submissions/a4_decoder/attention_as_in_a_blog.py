# promise: FAILED test_has_four_projections_and_nothing_else, test_leaves_padding_out_on_either_side, test_attends_to_cached_tokens_one_by_one, test_agrees_with_plain_arithmetic, test_gradients_agree_with_plain_arithmetic, test_chunks_through_a_cache_equal_the_whole, test_cache_holds_rotated_keys_of_each_layer, test_rows_answer_as_they_do_alone; RAISED test_agrees_with_the_attention_of_transformers; rest PASSED
# part: attention
"""A GPT's attention with rotation: a mask of fixed size, and padding never thought of."""

import math

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
        ones = torch.ones(256, 256)
        self.register_buffer("bias", ones.tril().view(1, 1, 256, 256))

    def forward(self, hidden_states, position_embeddings, attention_mask=None, cache=None):
        B, T, C = hidden_states.size()
        n_head, d = self.config.num_attention_heads, self.config.head_dim
        q = self.q_proj(hidden_states).view(B, T, n_head, d).transpose(1, 2)
        k = self.k_proj(hidden_states).view(B, T, -1, d).transpose(1, 2)
        v = self.v_proj(hidden_states).view(B, T, -1, d).transpose(1, 2)
        q, k = apply_rotary(q, k, *position_embeddings)
        if cache is not None:
            k, v = cache.update(self.layer_idx, k, v)
        k = k.repeat_interleave(n_head // k.size(1), dim=1)
        v = v.repeat_interleave(n_head // v.size(1), dim=1)
        att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
        att = att.masked_fill(self.bias[:, :, :T, : k.size(2)] == 0, float("-inf"))
        att = att.softmax(dim=-1)
        y = (att @ v).transpose(1, 2).contiguous().view(B, T, -1)
        return self.o_proj(y)
