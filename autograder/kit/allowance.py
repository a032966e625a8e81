"""How far a right answer in floating point may lie from a float64 oracle.

Fixed tolerances reject right code or accept wrong code: right layers in float32 differ
from the truth by 1 eps or by 128, depending on their input.  So the error that an
honest computation makes in the same dtype on the same input is the measure, with a
floor for where it happens to make none.

`norm` is the Frobenius norm, `O` the oracle, `eps` that of the submission's dtype.  For
float64 it is float32's, since what a course computes goes through float32 inside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch

from autograder.kit.oracle import leaves, norms, pairwise, require_oracle, spread

EPS_32 = torch.finfo(torch.float32).eps


def eps_of(dtype: torch.dtype) -> float:
    """The relative distance of neighbouring numbers that `dtype` is judged by."""
    return max(torch.finfo(dtype).eps, EPS_32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limit:
    """What one tensor has to be: all that an allowance says of it.

    Attributes:
        dtype: the dtype expected.
        device: the device expected.
        norm: how large the Frobenius norm of the error may be.
        counted: which values are compared, of the tensor's shape; None for all.
        is_gradient: whether it is a gradient, which may be missing or cut.
    """

    dtype: torch.dtype
    device: torch.device
    norm: float
    counted: torch.Tensor | None = None
    is_gradient: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutputAllowance:
    """For the output of a layer: `factor * (norm(honest - O) + floor * eps * norm(O))`.

    RMSNorm below float32 has `factor=2, floor=0.25`: a missing upcast is only 0.87 eps
    off, and right ones reach 0.53.

    It is no bound where scores reach thousands, as attention on inputs that are not
    normed: the softmax multiplies every rounding by them, and an honest computation may
    be lucky.  Right code is then rejected in float64, of which honest code does more
    than is asked, and at positions in the thousands.

    Attributes:
        honest: the honest computation's answer, in the submission's dtype.
        counted: which values count, a boolean tensor over the leading axes; None for
            all.  The others are not compared, but have to be finite.
        factor: how many times the honest error is allowed.
        floor: how many eps are always allowed on the scale of the oracle.
    """

    honest: Any
    counted: torch.Tensor | None = None
    factor: float = 8
    floor: float = 1

    def limits(self, expected: Any) -> Any:
        """One `Limit` for each tensor of `expected`, in the same structure."""
        return pairwise(self._limit, self.honest, expected)

    def _limit(self, honest: torch.Tensor, oracle: torch.Tensor) -> Limit:
        counted = spread(self.counted, oracle)
        error, scale = norms(honest, oracle, counted)
        floor = self.floor * eps_of(honest.dtype) * scale
        return Limit(
            dtype=honest.dtype,
            device=honest.device,
            norm=self.factor * (error + floor),
            counted=counted,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RotationAllowance:
    """For a rotation in float32: `eps * (8 + 4 * max(positions)) * norm(O)`.

    An angle is a position times a frequency, so each rounding of a frequency grows with
    the position, and not alike in all right ways to compute it.  Below float32 the
    rounding of cosine and sine hides that: use `OutputAllowance` there.

    Attributes:
        honest: the honest computation's answer; only its dtype and device count.
        positions: the positions that are rotated to.
    """

    honest: Any
    positions: torch.Tensor

    def limits(self, expected: Any) -> Any:
        """One `Limit` for each tensor of `expected`, in the same structure."""
        return pairwise(self._limit, self.honest, expected)

    def _limit(self, honest: torch.Tensor, oracle: torch.Tensor) -> Limit:
        _, scale = norms(honest, oracle, None)
        furthest = float(self.positions.abs().max())
        return Limit(
            dtype=honest.dtype,
            device=honest.device,
            norm=eps_of(honest.dtype) * (8 + 4 * furthest) * scale,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GradientAllowance:
    """For gradients: `8 * (norm(honest - O) + 4 * eps * D)` for each of them.

    `D = norm(O) + 0.1 * norm(all of them together)`: where a gradient is nothing but
    what is left of terms that cancel (of queries and keys, if there is one token),
    right layers differ by any multiple of it, but not on the scale of the others.

    Attributes:
        honest: the honest computation's gradients, those that belong together.
    """

    honest: Any

    def limits(self, expected: Any) -> Any:
        """One `Limit` for each tensor of `expected`, in the same structure."""
        together = math.hypot(*(float(o.norm()) for o in leaves(expected)))

        def limit(honest: torch.Tensor, oracle: torch.Tensor) -> Limit:
            error, scale = norms(honest, oracle, None)
            floor = 4 * eps_of(honest.dtype) * (scale + 0.1 * together)
            return Limit(
                dtype=honest.dtype,
                device=honest.device,
                norm=8 * (error + floor),
                is_gradient=True,
            )

        return pairwise(limit, self.honest, expected)


class _Tokens(NamedTuple):
    """What a loss depends on at each counted token, in float64."""

    log_sum: torch.Tensor
    """Logarithm of the sum of the exponentials of its logits."""
    largest: torch.Tensor
    """The largest absolute logit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _OfLoss:
    """What a causal language model's loss is given, as the submission gets it.

    Attributes:
        logits: `[b, s, v]`, in the submission's dtype.
        labels: `[b, s]`, before the shift.
        ignore_index: the label that is not counted.
        label_smoothing: as the loss's.
        z_loss: as the loss's.
        num_items_in_batch: what the sum is divided by; None for the counted tokens.
    """

    logits: torch.Tensor
    labels: torch.Tensor
    ignore_index: int = -100
    label_smoothing: float = 0.0
    z_loss: float = 0.0
    num_items_in_batch: int | torch.Tensor | None = None

    def _tokens(self) -> _Tokens:
        counted = self.labels[:, 1:] != self.ignore_index
        logits = self.logits.detach()[:, :-1][counted].double()  # [counted, v]
        return _Tokens(logits.logsumexp(-1), logits.abs().amax(-1))

    def _n(self, tokens: _Tokens) -> float:
        if self.num_items_in_batch is not None:
            return float(self.num_items_in_batch)
        return max(tokens.largest.numel(), 1)


class LossAllowance(_OfLoss):
    """For a loss, a float32 scalar: `8 * eps32 * C`, in units of its condition.

    `C = sum(|lse| + (1 + smoothing) * A + z_loss * lse**2 + 1) / n` over the counted
    tokens, `A` the largest absolute logit and `lse` the log-sum-exp of each.  An error
    relative to the loss would not do: `lse` minus a logit cancels, and right code is
    then off by any multiple of what is left.  Right losses use at most a quarter.
    """

    __slots__ = ()

    def limits(self, expected: Any) -> Limit:
        """The `Limit` of the loss."""
        require_oracle(expected)
        tokens = self._tokens()
        largest, log_sum = tokens.largest, tokens.log_sum
        terms = log_sum.abs() + (1 + self.label_smoothing) * largest
        condition = terms + self.z_loss * log_sum.square() + 1
        return Limit(
            dtype=torch.float32,
            device=self.logits.device,
            norm=8 * EPS_32 * float(condition.sum()) / self._n(tokens),
        )


class LossGradientAllowance(_OfLoss):
    """For the gradient of a loss by the logits: `8 * (eps32 * G + eps * norm(O))`.

    `G = sqrt(sum((1 + A + 2 * z_loss * |lse| * (1 + A))**2)) / n` over the counted
    tokens, `A` and `lse` as in `LossAllowance`.  The last term is the rounding of the
    gradient to the logits' dtype, and only stands below float32.
    """

    __slots__ = ()

    def limits(self, expected: Any) -> Limit:
        """The `Limit` of the gradient."""
        require_oracle(expected)
        tokens = self._tokens()
        _, scale = norms(self.logits, expected, None)
        size = 1 + tokens.largest
        terms = size + 2 * self.z_loss * tokens.log_sum.abs() * size
        condition = float(terms.norm()) / self._n(tokens)
        eps = eps_of(self.logits.dtype)
        rounding = eps * scale if eps > EPS_32 else 0.0
        return Limit(
            dtype=self.logits.dtype,
            device=self.logits.device,
            norm=8 * (EPS_32 * condition + rounding),
            is_gradient=True,
        )


Allowance = (
    OutputAllowance
    | RotationAllowance
    | GradientAllowance
    | LossAllowance
    | LossGradientAllowance
)
