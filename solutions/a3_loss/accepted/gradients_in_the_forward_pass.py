"""Computes the chunks' gradients by formula, in the forward pass."""

# ruff: noqa: ANN001, ANN201, ANN205, PLR0913, PLR0917 - untyped, as students write

import torch
from torch.nn import functional


def causal_lm_loss(
    logits,
    labels,
    ignore_index=-100,
    num_items_in_batch=None,
    label_smoothing=0.0,
    z_loss=0.0,
):
    """See the handout."""
    targets = labels[:, 1:].reshape(-1)
    kept = find_kept(targets, ignore_index, logits.shape[-1])
    chosen = logits[:, :-1].flatten(0, 1)[kept].float()
    log_p = functional.log_softmax(chosen, dim=-1)
    nll = functional.nll_loss(log_p, targets[kept], reduction="none")
    z = chosen.logsumexp(-1)
    each = nll.lerp(-log_p.mean(-1), label_smoothing) + z_loss * z * z
    n = kept.numel() if num_items_in_batch is None else float(num_items_in_batch)
    return (each / max(n, 1)).sum()


def loss_for_trainer(outputs, labels, num_items_in_batch=None):
    """See the handout."""
    return causal_lm_loss(
        logits=outputs.get("logits"),
        labels=labels,
        num_items_in_batch=num_items_in_batch,
    )


class Chunks(torch.autograd.Function):
    """The sum of all losses, and its gradients while the logits are there."""

    @staticmethod
    def forward(ctx, states, weight, targets, size, smoothing, z_loss):
        """Go through the chunks once."""
        total = states.new_zeros((), dtype=torch.float32)
        of_states = torch.zeros_like(states)
        of_weight = torch.zeros_like(weight, dtype=torch.float32)
        wide = weight.float()
        for start in range(0, len(targets), size):
            chunk = slice(start, start + size)
            right = targets[chunk, None]
            logits = (states[chunk] @ weight.T).float()
            z = logits.logsumexp(-1, keepdim=True)
            of_right = (1 - smoothing) * (z - logits.gather(1, right))
            of_any = smoothing * (z - logits.mean(1, keepdim=True))
            total += (of_right + of_any + z_loss * z.square()).sum()
            slope = (logits - z).exp_() * (1 + 2 * z_loss * z)
            slope -= smoothing / len(weight)
            slope.scatter_add_(1, right, slope.new_full(right.shape, smoothing - 1))
            of_states[chunk] = (slope @ wide).to(states.dtype)
            of_weight += slope.T @ states[chunk].float()
        ctx.save_for_backward(of_states, of_weight.to(weight.dtype))
        return total

    @staticmethod
    def backward(ctx, above):
        """Scale what is known already."""
        of_states, of_weight = ctx.saved_tensors
        return of_states * above, of_weight * above, None, None, None, None


def chunked_causal_lm_loss(
    hidden,
    lm_head_weight,
    labels,
    chunk_size=256,
    ignore_index=-100,
    num_items_in_batch=None,
    label_smoothing=0.0,
    z_loss=0.0,
):
    """See the handout."""
    targets = labels[:, 1:].reshape(-1)
    kept = find_kept(targets, ignore_index, lm_head_weight.shape[0])
    states = hidden[:, :-1].flatten(0, 1)[kept]
    total = Chunks.apply(
        states, lm_head_weight, targets[kept], chunk_size, label_smoothing, z_loss
    )
    n = kept.numel() if num_items_in_batch is None else float(num_items_in_batch)
    return (total / max(n, 1)).to(torch.float32)


def find_kept(targets, ignore_index, n_classes):
    """Return the places of the targets that count."""
    kept = (targets != ignore_index).nonzero()[:, 0]
    if kept.numel() and not 0 <= targets[kept].min() <= targets[kept].max() < n_classes:
        raise ValueError("a label is out of range")
    return kept
