"""The loss of a causal language model: plain, for a Trainer, and in chunks."""

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint


def causal_lm_loss(
    logits: Tensor,
    labels: Tensor,
    ignore_index: int = -100,
    num_items_in_batch: int | Tensor | None = None,
    label_smoothing: float = 0.0,
    z_loss: float = 0.0,
) -> Tensor:
    """Return how badly each position predicts the next token, averaged over tokens.

    In shapes, `b` is rows, `s` positions, `v` the vocabulary and `n` counted tokens.

    Args:
        logits: `[b, s, v]`, in any floating dtype.
        labels: LongTensor `[b, s]`, not shifted.
        ignore_index: The label of tokens that do not count.
        num_items_in_batch: What the sum is divided by; None: the tokens that count.
        label_smoothing: The share of the target that all classes get alike.
        z_loss: The weight of the squared log-sum-exp that is added for each token.

    Returns:
        A float32 tensor `[]` with a path back to the logits.

    Raises:
        ValueError: A label is neither `ignore_index` nor in the vocabulary.
    """
    counted, targets = _targets(labels, ignore_index, logits.shape[-1])
    predictions = logits[:, :-1][counted]  # [n, v]
    total = _sum_of_losses(predictions, targets, label_smoothing, z_loss)
    return total / _divisor(targets, num_items_in_batch)


def loss_for_trainer(
    outputs: Mapping[str, Tensor],
    labels: Tensor,
    num_items_in_batch: int | Tensor | None = None,
) -> Tensor:
    """Return the loss in the signature of `Trainer(compute_loss_func=...)`.

    Args:
        outputs: What the model returned, a dict or a `ModelOutput` with "logits".
        labels: LongTensor `[b, s]`, not shifted; -100 does not count.
        num_items_in_batch: The tokens that count in all batches of this step.
    """
    logits = outputs["logits"]
    return causal_lm_loss(logits, labels, num_items_in_batch=num_items_in_batch)


def chunked_causal_lm_loss(  # noqa: PLR0913, PLR0917 - the loss's and the head's
    hidden: Tensor,
    lm_head_weight: Tensor,
    labels: Tensor,
    chunk_size: int = 1024,
    ignore_index: int = -100,
    num_items_in_batch: int | Tensor | None = None,
    label_smoothing: float = 0.0,
    z_loss: float = 0.0,
) -> Tensor:
    """Return `causal_lm_loss` of `hidden @ lm_head_weight.T`, a few tokens at a time.

    Args:
        hidden: The last hidden states, `[b, s, h]`.
        lm_head_weight: The head's weight, `[v, h]`.
        labels: LongTensor `[b, s]`, not shifted.
        chunk_size: For how many tokens there may be logits at one time.
        ignore_index: As of `causal_lm_loss`, like all that follow.
        num_items_in_batch: What the sum is divided by.
        label_smoothing: The share of the target that all classes get alike.
        z_loss: The weight of the squared log-sum-exp.

    Raises:
        ValueError: A label is neither `ignore_index` nor in the vocabulary.
    """
    counted, targets = _targets(labels, ignore_index, len(lm_head_weight))
    states = hidden[:, :-1][counted]  # [n, h]
    total = torch.zeros((), device=hidden.device)
    for some_states, some_targets in zip(
        states.split(chunk_size), targets.split(chunk_size), strict=True
    ):
        # The backward pass computes these logits again, so nobody has to keep them.
        total = total + checkpoint(
            _sum_from_states,
            some_states,
            lm_head_weight,
            some_targets,
            label_smoothing,
            z_loss,
            use_reentrant=False,
        )
    return total / _divisor(targets, num_items_in_batch)


def _targets(labels: Tensor, ignore_index: int, v: int) -> tuple[Tensor, Tensor]:
    """Return which positions predict a token that counts, and the `n` such tokens."""
    following = labels[:, 1:]  # [b, s - 1]: position t predicts the token at t + 1
    counted = following != ignore_index
    targets = following[counted]  # [n]
    unknown = targets[(targets < 0) | (targets >= v)]
    if len(unknown):
        raise ValueError(
            f"label {int(unknown[0])} is neither below the vocabulary's {v} nor"
            f" ignore_index {ignore_index}"
        )
    return counted, targets


def _sum_of_losses(
    logits: Tensor, targets: Tensor, label_smoothing: float, z_loss: float
) -> Tensor:
    """Return the sum of the losses of `n` tokens, from their logits `[n, v]`."""
    logits = logits.float()  # half precision cannot hold the sum of many tokens
    log_sums = logits.logsumexp(dim=-1, keepdim=True)  # [n, 1]
    log_p = logits - log_sums  # [n, v]
    of_target = -log_p.gather(-1, targets[:, None])  # [n, 1]
    of_any = -log_p.mean(dim=-1, keepdim=True)  # [n, 1]
    losses = (1 - label_smoothing) * of_target + label_smoothing * of_any
    return (losses + z_loss * log_sums.square()).sum()


def _sum_from_states(
    states: Tensor,
    lm_head_weight: Tensor,
    targets: Tensor,
    label_smoothing: float,
    z_loss: float,
) -> Tensor:
    """Return the sum of the losses of `n` tokens, from their states `[n, h]`."""
    logits = states @ lm_head_weight.T  # [n, v]
    return _sum_of_losses(logits, targets, label_smoothing, z_loss)


def _divisor(targets: Tensor, num_items_in_batch: int | Tensor | None) -> Tensor:
    """Return what to divide the sum by: at least 1, for nothing may be counted."""
    n = len(targets) if num_items_in_batch is None else num_items_in_batch
    return torch.as_tensor(n).clamp(min=1)
