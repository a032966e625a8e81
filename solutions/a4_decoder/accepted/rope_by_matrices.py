# part: rope
"""The rotation as a matrix for every position, angles and products in float64."""

import math

import torch
from torch import Tensor

from .config import DecoderConfig


def inverse_frequencies(config: DecoderConfig) -> Tensor:
    """Return the frequencies, scaled pair by pair with masks."""
    exponents = torch.arange(0, config.head_dim, 2).double() / config.head_dim
    inv_freq = torch.pow(torch.tensor(config.rope_theta).double(), -exponents)
    if config.rope_scaling is not None:
        settings = config.rope_scaling
        low, high = settings["low_freq_factor"], settings["high_freq_factor"]
        length = settings["original_max_position_embeddings"]
        turns = length * inv_freq / math.tau
        slow = turns < low
        between = ~slow & (turns <= high)
        smooth = (turns[between] - low) / (high - low)
        inv_freq[between] *= smooth + (1 - smooth) / settings["factor"]
        inv_freq[slow] /= settings["factor"]
    return inv_freq.to(torch.float32)


def rotary_cos_sin(
    position_ids: Tensor, inv_freq: Tensor, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """Return cosine and sine of angles in float64."""
    frequencies = torch.cat((inv_freq, inv_freq)).double()
    angles = position_ids.unsqueeze(-1).double() * frequencies
    return torch.cos(angles).to(dtype), torch.sin(angles).to(dtype)


def apply_rotary(
    q: Tensor, k: Tensor, cos: Tensor, sin: Tensor
) -> tuple[Tensor, Tensor]:
    """Multiply every head by `[[C, -S], [S, C]]`, with C and S diagonal."""
    half = cos.shape[-1] // 2
    c = torch.diag_embed(cos[..., :half].double())
    s = torch.diag_embed(sin[..., :half].double())
    upper, lower = torch.cat((c, -s), dim=-1), torch.cat((s, c), dim=-1)
    matrix = torch.cat((upper, lower), dim=-2)[:, None]
    turned = [(matrix @ x.double()[..., None])[..., 0].to(x.dtype) for x in (q, k)]
    return turned[0], turned[1]
