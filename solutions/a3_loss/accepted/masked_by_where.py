"""Keeps the rectangle and masks it; chunks have a backward pass of their own."""

# ruff: noqa: ANN001, ANN002, ANN201, ANN205, PLR0913, PLR0917 - untyped, as students write

import torch


def causal_lm_loss(
    logits,
    labels,
    ignore_index=-100,
    num_items_in_batch=None,
    label_smoothing=0.0,
    z_loss=0.0,
):
    """See the handout."""
    mask, safe = look_at(labels, ignore_index, logits.shape[2])
    wide = logits.narrow(1, 0, logits.shape[1] - 1).to(torch.float)
    each = each_token(wide, safe, label_smoothing, z_loss)
    total = torch.where(mask, each, torch.zeros_like(each)).sum()
    return total / count(mask, num_items_in_batch)


def loss_for_trainer(outputs, labels, num_items_in_batch=None):
    """See the handout."""
    return causal_lm_loss(
        dict(outputs)["logits"], labels, num_items_in_batch=num_items_in_batch
    )


class Recomputed(torch.autograd.Function):
    """One chunk's sum; the backward pass takes it again, with a graph."""

    @staticmethod
    def forward(ctx, states, weight, *rest):
        """Keep the inputs only."""
        ctx.save_for_backward(states, weight)
        ctx.rest = rest
        return chunk_sum(states, weight, *rest)

    @staticmethod
    def backward(ctx, above):
        """Compute the chunk again and differentiate it."""
        inputs = [saved.detach().requires_grad_() for saved in ctx.saved_tensors]
        with torch.enable_grad():
            total = chunk_sum(*inputs, *ctx.rest)
        gradients = torch.autograd.grad(total, inputs, above)
        return (*gradients, *[None] * len(ctx.rest))


def chunked_causal_lm_loss(
    hidden,
    lm_head_weight,
    labels,
    chunk_size=2048,
    ignore_index=-100,
    num_items_in_batch=None,
    label_smoothing=0.0,
    z_loss=0.0,
):
    """See the handout."""
    mask, safe = look_at(labels, ignore_index, lm_head_weight.shape[0])
    states = hidden[:, :-1].flatten(end_dim=1)
    pieces = zip(
        states.split(chunk_size),
        safe.flatten().split(chunk_size),
        mask.flatten().split(chunk_size),
        strict=True,
    )
    sums = [
        Recomputed.apply(some, lm_head_weight, right, counts, label_smoothing, z_loss)
        for some, right, counts in pieces
    ]
    return torch.stack(sums).sum() / count(mask, num_items_in_batch)


def chunk_sum(states, weight, safe, mask, smoothing, z_loss):
    """Return the sum of the tokens of one chunk that count."""
    logits = torch.einsum("nh,vh->nv", states, weight).float()
    return each_token(logits, safe, smoothing, z_loss).masked_fill(~mask, 0).sum()


def each_token(logits, safe, smoothing, z_loss):
    """Return what each position costs, counted or not."""
    top = logits.detach().max(-1, keepdim=True).values
    z = (logits - top).exp().sum(-1).log() + top[..., 0]
    right = logits.gather(-1, safe.unsqueeze(-1))[..., 0]
    return z - (1 - smoothing) * right - smoothing * logits.mean(-1) + z_loss * z**2


def look_at(labels, ignore_index, n_classes):
    """Return which tokens count, and labels that are safe to gather."""
    after = labels[:, 1:]
    mask = after.ne(ignore_index)
    wrong = mask & (after.lt(0) | after.ge(n_classes))
    if wrong.any():
        raise ValueError(f"{int(wrong.sum())} labels are out of range")
    return mask, torch.where(mask, after, 0)


def count(mask, num_items_in_batch):
    """Return what to divide by."""
    n = mask.sum() if num_items_in_batch is None else num_items_in_batch
    return torch.clamp(torch.as_tensor(n, dtype=torch.float32), min=1.0)
