# part: rope
"""The rotation as a product of complex numbers, and frequencies by logarithms."""

import math

import torch
from torch import Tensor

from .config import DecoderConfig


def inverse_frequencies(config: DecoderConfig) -> Tensor:
    """Return the frequencies, band by band."""
    half = config.head_dim // 2
    step = math.log(config.rope_theta) / half
    inv_freq = torch.exp(torch.arange(half, dtype=torch.float64) * -step)
    scaling = config.rope_scaling
    if scaling is None:
        return inv_freq.float()
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    length = scaling["original_max_position_embeddings"]
    wavelength = 2 * math.pi / inv_freq
    slow = inv_freq / scaling["factor"]
    smooth = (length / wavelength - low) / (high - low)
    between = (1 - smooth) * slow + smooth * inv_freq
    scaled = torch.where(wavelength > length / low, slow, between)
    return torch.where(wavelength < length / high, inv_freq, scaled).float()


def rotary_cos_sin(
    position_ids: Tensor, inv_freq: Tensor, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """Return real and imaginary part of `exp(i * angle)`."""
    angles = torch.einsum("bs,f->bsf", position_ids.to(inv_freq), inv_freq)
    turns = torch.polar(torch.ones_like(angles), angles).repeat(1, 1, 2)
    return turns.real.to(dtype), turns.imag.to(dtype)


def apply_rotary(
    q: Tensor, k: Tensor, cos: Tensor, sin: Tensor
) -> tuple[Tensor, Tensor]:
    """Multiply every pair, as one complex number, by its turn."""
    half = cos.shape[-1] // 2
    turns = torch.complex(cos[..., :half].float(), sin[..., :half].float())

    def turned(x: Tensor) -> Tensor:
        pairs = torch.complex(*x.float().chunk(2, dim=-1)) * turns[:, None]
        return torch.cat((pairs.real, pairs.imag), dim=-1).to(x.dtype)

    return turned(q), turned(k)
