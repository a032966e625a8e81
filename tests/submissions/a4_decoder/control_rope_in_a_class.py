# promise: all PASSED
# part: rope
"""Right, with a cached helper class behind the functions that were asked for."""

import math
from functools import lru_cache, wraps

import torch
from torch import Tensor

from .config import DecoderConfig


def checked(function):
    @wraps(function)
    def call(*given):
        assert given, "nothing given"
        return function(*given)

    return call


@lru_cache(maxsize=16)
def exponents(head_dim: int) -> tuple[float, ...]:
    return tuple(2 * i / head_dim for i in range(head_dim // 2))


@checked
def inverse_frequencies(config: DecoderConfig) -> Tensor:
    powers = torch.tensor(exponents(config.head_dim), dtype=torch.float64)
    found = torch.full_like(powers, config.rope_theta).pow(-powers)
    match config.rope_scaling:
        case {
            "factor": factor,
            "low_freq_factor": low,
            "high_freq_factor": high,
            "original_max_position_embeddings": length,
        }:
            share = (length * found / math.tau - low).div(high - low).clip(0.0, 1.0)
            found = torch.lerp(found / factor, found, share)
    return found.float()


class Turns:
    def __init__(self, positions: Tensor, inv_freq: Tensor) -> None:
        self.angles = torch.einsum("bs,f->bsf", positions.float(), inv_freq.float())

    def both(self, function) -> Tensor:
        return torch.cat([function(self.angles)] * 2, dim=-1)


@checked
def rotary_cos_sin(position_ids, inv_freq, dtype):
    turns = Turns(position_ids, inv_freq)
    return turns.both(torch.cos).to(dtype), turns.both(torch.sin).to(dtype)


@checked
def apply_rotary(q, k, cos, sin):
    def turned(x: Tensor) -> Tensor:
        first, second = x.tensor_split(2, dim=-1)
        partner = torch.cat((second.neg(), first), dim=-1)
        return torch.addcmul(x * cos.unsqueeze(-3), partner, sin.unsqueeze(-3))

    return turned(q), turned(k)
