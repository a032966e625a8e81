"""Rotary position embedding: turn queries and keys by angles that tell positions.

In shapes, `b` is the batch, `s` the sequence, `n_h` the number of heads and `h_d` the
features of one head.
"""

import math
from typing import Any

import torch
from torch import Tensor

from .config import DecoderConfig


def inverse_frequencies(config: DecoderConfig) -> Tensor:
    """Return how far each pair of features turns from one position to the next.

    Args:
        config: Its `head_dim`, `rope_theta` and `rope_scaling` count.

    Returns:
        Float32 `[h_d/2]`, in radians a position: pair `i` turns by
        `theta ** (-2 * i / h_d)`, unless Llama 3's scaling slows it down.
    """
    pairs = torch.arange(0, config.head_dim, 2, dtype=torch.float32)  # 0, 2, 4, ...
    inv_freq = 1.0 / config.rope_theta ** (pairs / config.head_dim)  # [h_d/2]
    if config.rope_scaling is not None:
        inv_freq = _scale(inv_freq, config.rope_scaling)
    return inv_freq


def rotary_cos_sin(
    position_ids: Tensor, inv_freq: Tensor, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """Return the cosine and sine of every position's angles.

    Args:
        position_ids: LongTensor `[b, s]`, each row with positions of its own.
        inv_freq: Float32 `[h_d/2]`, what `inverse_frequencies` returns.
        dtype: The dtype of the results; angles are float32 in any case.

    Returns:
        cos and sin, each `[b, s, h_d]`: the second half repeats the first.
    """
    angles = position_ids[:, :, None].float() * inv_freq.float()  # [b, s, h_d/2]
    angles = torch.cat((angles, angles), dim=-1)  # [b, s, h_d]
    return angles.cos().to(dtype), angles.sin().to(dtype)


def apply_rotary(
    q: Tensor, k: Tensor, cos: Tensor, sin: Tensor
) -> tuple[Tensor, Tensor]:
    """Turn every pair of features, `i` and `i + h_d/2`, of each head by its angle.

    Args:
        q: Queries `[b, n_h, s, h_d]`.
        k: Keys `[b, n_kv, s, h_d]`, of as many heads as they may have.
        cos: `[b, s, h_d]`, from `rotary_cos_sin`.
        sin: `[b, s, h_d]`, likewise.

    Returns:
        The turned queries and keys, in the shapes of the given ones.
    """
    cos = cos.unsqueeze(1)  # [b, 1, s, h_d]: the same for every head
    sin = sin.unsqueeze(1)
    rotated_q = q * cos + _rotate_half(q) * sin  # [b, n_h, s, h_d]
    rotated_k = k * cos + _rotate_half(k) * sin  # [b, n_kv, s, h_d]
    return rotated_q, rotated_k


def _rotate_half(x: Tensor) -> Tensor:
    """Return every pair `(first, second)` turned by a right angle: `(-second, first)`.

    The first of a pair stands in the first half of the features, the second in the
    second half.
    """
    first, second = x.chunk(2, dim=-1)  # each [..., h_d/2]
    return torch.cat((-second, first), dim=-1)


def _scale(inv_freq: Tensor, scaling: dict[str, Any]) -> Tensor:
    """Slow the slow pairs down, as Llama 3.1 does to reach longer texts.

    A pair that turns often within the original length stays as it is; one that hardly
    turns becomes `factor` times slower; between the two the change is gradual.
    """
    original = scaling["original_max_position_embeddings"]
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    turns = original * inv_freq / (2 * math.pi)  # within the original length
    share = ((turns - low) / (high - low)).clamp(0, 1)  # 1: stays, 0: slows down
    return share * inv_freq + (1 - share) * inv_freq / scaling["factor"]
