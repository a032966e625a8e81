# part: rope
"""Angles looked up in a table, as inference engines do, and a rotation by slices."""

import math

import torch
from torch import Tensor

from .config import DecoderConfig


def inverse_frequencies(config: DecoderConfig) -> Tensor:
    """Return the frequencies, one pair after the other."""
    found = [
        config.rope_theta ** (-2 * i / config.head_dim)
        for i in range(config.head_dim // 2)
    ]
    if config.rope_scaling:
        found = [_scaled(frequency, **config.rope_scaling) for frequency in found]
    return torch.tensor(found, dtype=torch.float32)


def _scaled(
    frequency: float,
    *,
    rope_type: str,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> float:
    if rope_type != "llama3":
        raise ValueError(f"rope_type is {rope_type!r}, expected 'llama3'")
    turns = original_max_position_embeddings * frequency / math.tau
    if turns < low_freq_factor:
        return frequency / factor
    if turns > high_freq_factor:
        return frequency
    width = high_freq_factor - low_freq_factor
    smooth = (turns - low_freq_factor) / width
    return (1 - smooth) * frequency / factor + smooth * frequency


def rotary_cos_sin(
    position_ids: Tensor, inv_freq: Tensor, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """Fill a table of all positions up to the last, then pick rows of it."""
    n_positions = int(position_ids.max()) + 1
    places = torch.arange(n_positions, device=position_ids.device).float()
    angles = torch.outer(places, inv_freq.float())
    table = torch.cat((angles, angles), dim=1)
    return table.cos().to(dtype)[position_ids], table.sin().to(dtype)[position_ids]


def apply_rotary(
    q: Tensor, k: Tensor, cos: Tensor, sin: Tensor
) -> tuple[Tensor, Tensor]:
    """Write both halves of the result into a new tensor."""
    return _turned(q, cos, sin), _turned(k, cos, sin)


def _turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = x.shape[-1] // 2
    c, s = cos[:, None, :, :half], sin[:, None, :, :half]
    first, second = x[..., :half], x[..., half:]
    out = torch.empty_like(x)
    out[..., :half] = first * c - second * s
    out[..., half:] = second * c + first * s
    return out
