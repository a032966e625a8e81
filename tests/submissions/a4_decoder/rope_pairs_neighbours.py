# promise: FAILED test_pairs_a_feature_with_one_of_the_other_half, test_scores_depend_on_the_distance_alone, test_turns_every_head_alike, test_agrees_with_the_rotation_of_a_llama, test_rotates_in_every_dtype, test_gradients_are_turned_back; rest PASSED
# part: rope
"""The rotation of the paper, which pairs neighbours, on angles for halves."""

import math

import torch


def inverse_frequencies(config):
    i = torch.arange(0, config.head_dim, 2).float()
    inv_freq = config.rope_theta ** (-i / config.head_dim)
    scaling = config.rope_scaling
    if scaling:
        low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
        turns = scaling["original_max_position_embeddings"] * inv_freq / (2 * math.pi)
        share = ((turns - low) / (high - low)).clamp(0, 1)
        inv_freq = inv_freq * (share + (1 - share) / scaling["factor"])
    return inv_freq


def rotary_cos_sin(position_ids, inv_freq, dtype):
    angles = position_ids.float()[..., None] * inv_freq
    angles = torch.cat([angles, angles], -1)
    return angles.cos().to(dtype), angles.sin().to(dtype)


def rotate(x):
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([-odd, even], -1).flatten(-2)


def apply_rotary(q, k, cos, sin):
    cos, sin = cos[:, None], sin[:, None]
    return q * cos + rotate(q) * sin, k * cos + rotate(k) * sin
