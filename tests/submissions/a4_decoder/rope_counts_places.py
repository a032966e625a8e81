# promise: FAILED test_position_zero_has_cosine_one_and_sine_zero, test_angles_are_positions_times_frequencies, test_every_row_has_positions_of_its_own, test_agrees_with_the_rotation_of_a_llama, test_takes_positions_in_any_order, test_angles_stay_float32_for_low_precision, test_scales_three_bands_as_llama_3_does, test_agrees_with_the_scaling_of_a_llama_3; rest PASSED
# part: rope
"""Knows one text without padding, from its start, and no scaling."""

import torch

from .config import DecoderConfig


def inverse_frequencies(config: DecoderConfig):
    return 1 / config.rope_theta ** (
        torch.arange(0, config.head_dim, 2) / config.head_dim
    )


def rotary_cos_sin(position_ids, inv_freq, dtype):
    b, s = position_ids.shape
    angles = torch.outer(torch.arange(s).float(), inv_freq).repeat(1, 2)
    angles = angles.expand(b, s, -1)
    return angles.cos().to(dtype), angles.sin().to(dtype)


def rotate_half(x):
    half = x.shape[-1] // 2
    return torch.cat([-x[..., half:], x[..., :half]], -1)


def apply_rotary(q, k, cos, sin):
    cos, sin = cos.unsqueeze(1), sin.unsqueeze(1)
    return q * cos + rotate_half(q) * sin, k * cos + rotate_half(k) * sin
