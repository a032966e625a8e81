"""Rotary position embedding: turn queries and keys by angles that tell positions.

In shapes, `b` is the batch, `s` the sequence, `n_h` the number of heads and `h_d` the
features of one head.
"""

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
    raise NotImplementedError("a4_decoder: implement inverse_frequencies")


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
    raise NotImplementedError("a4_decoder: implement rotary_cos_sin")


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
    raise NotImplementedError("a4_decoder: implement apply_rotary")
