"""Pads labels to shift them; sums `cross_entropy`; checkpoints chunks, reentrant."""

# ruff: noqa: ANN001, ANN201, ANN202, PLR0913, PLR0917 - untyped, as students write

import torch
from torch.nn import functional
from torch.utils.checkpoint import checkpoint


def causal_lm_loss(
    logits,
    labels,
    ignore_index=-100,
    num_items_in_batch=None,
    label_smoothing=0.0,
    z_loss=0.0,
):
    """See the handout."""
    targets = following(labels, ignore_index, logits.size(-1))
    total = cost(logits.flatten(0, 1), targets, ignore_index, label_smoothing, z_loss)
    return divided(total, targets, ignore_index, num_items_in_batch)


def loss_for_trainer(outputs, labels, num_items_in_batch=None):
    """See the handout."""
    logits = outputs["logits"] if type(outputs) is dict else outputs.logits
    return causal_lm_loss(logits, labels, -100, num_items_in_batch)


def chunked_causal_lm_loss(
    hidden,
    lm_head_weight,
    labels,
    chunk_size=512,
    ignore_index=-100,
    num_items_in_batch=None,
    label_smoothing=0.0,
    z_loss=0.0,
):
    """See the handout."""
    targets = following(labels, ignore_index, lm_head_weight.size(0))
    states = hidden.flatten(0, 1)
    options = (ignore_index, label_smoothing, z_loss)

    def cost_of(states, targets, weight):
        return cost(functional.linear(states, weight), targets, *options)

    totals = [
        checkpoint(
            cost_of,
            states[start : start + chunk_size],
            targets[start : start + chunk_size],
            lm_head_weight,
            use_reentrant=True,
        )
        for start in range(0, len(targets), chunk_size)
    ]
    return divided(sum(totals), targets, ignore_index, num_items_in_batch)


def following(labels, ignore_index, n_classes):
    """Return the label that each position should predict, flat."""
    targets = functional.pad(labels[:, 1:], (0, 1), value=ignore_index).flatten()
    known = (targets >= 0) & (targets < n_classes) | (targets == ignore_index)
    if not known.all():
        raise ValueError("unknown labels")
    return targets


def cost(logits, targets, ignore_index, label_smoothing, z_loss):
    """Return the sum of the losses of positions, of which some do not count."""
    logits = logits.to(torch.float32)
    total = functional.cross_entropy(
        logits,
        targets,
        ignore_index=ignore_index,
        label_smoothing=label_smoothing,
        reduction="sum",
    )
    squares = torch.logsumexp(logits, -1) ** 2
    return total + z_loss * squares.masked_fill(targets == ignore_index, 0.0).sum()


def divided(total, targets, ignore_index, num_items_in_batch):
    """Return the mean."""
    n = num_items_in_batch
    if n is None:
        n = (targets != ignore_index).sum()
    return total / max(int(n), 1)
