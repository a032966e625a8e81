# promise: all PASSED
"""Has an autograd function, a class for options and much to say, and is right."""

import sys
import warnings
from dataclasses import dataclass, field

import numpy as np
import torch


@dataclass
class Options:
    ignore_index: int = -100
    n: object = None
    smoothing: float = 0.0
    z_loss: float = 0.0
    seen: list = field(default_factory=list)

    def choose(self, labels, v):
        after = labels[:, 1:]
        rows, places = np.nonzero((after != self.ignore_index).numpy())
        targets = [int(after[row, place]) for row, place in zip(rows, places)]
        strange = {target for target in targets if not 0 <= target < v}
        if strange:
            raise ValueError(f"no such tokens: {sorted(strange)}")
        self.seen.append(len(targets))
        print(f"{len(targets)} tokens count", file=sys.stderr)
        where = torch.tensor(rows), torch.tensor(places)
        return where, torch.tensor(targets, dtype=torch.long)

    def divide(self, total):
        n = self.seen[-1] if self.n is None else int(self.n)
        return total if n in (0, 1) else total / n


class Total(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, targets, smoothing, z_loss):
        wide = logits.float()
        z = wide.logsumexp(-1, keepdim=True)
        wanted = torch.full_like(wide, smoothing / wide.shape[-1])
        wanted.scatter_add_(
            -1, targets[:, None], torch.full((len(targets), 1), 1.0 - smoothing)
        )
        ctx.save_for_backward(wide, z, wanted)
        ctx.of = logits.dtype, z_loss
        return (wanted * (z - wide)).sum() + z_loss * z.square().sum()

    @staticmethod
    def backward(ctx, above):
        wide, z, wanted = ctx.saved_tensors
        dtype, z_loss = ctx.of
        p = (wide - z).exp()
        gradient = p * (1 + 2 * z_loss * z) - wanted
        return (above * gradient).to(dtype), None, None, None


def causal_lm_loss(
    logits,
    labels,
    ignore_index=-100,
    num_items_in_batch=None,
    label_smoothing=0.0,
    z_loss=0.0,
):
    warnings.warn("a loss is computed")
    options = Options(ignore_index, num_items_in_batch, label_smoothing, z_loss)
    where, targets = options.choose(labels, logits.shape[-1])
    return options.divide(Total.apply(logits[where], targets, label_smoothing, z_loss))


def loss_for_trainer(outputs, labels, num_items_in_batch=None):
    print(f"outputs are {list(outputs)}")
    [logits] = [value for key, value in outputs.items() if key == "logits"]
    return causal_lm_loss(logits, labels, num_items_in_batch=num_items_in_batch)


class Chunk(torch.autograd.Function):
    @staticmethod
    def forward(ctx, states, weight, targets, *options):
        ctx.save_for_backward(states, weight, targets)
        ctx.options = options
        return Total.apply(states @ weight.T, targets, *options)

    @staticmethod
    def backward(ctx, above):
        states, weight, targets = ctx.saved_tensors
        with torch.enable_grad():
            states, weight = states.detach(), weight.detach()
            inputs = states.requires_grad_(), weight.requires_grad_()
            total = Total.apply(states @ weight.T, targets, *ctx.options)
            gradients = torch.autograd.grad(total, inputs, above)
        return (*gradients, None, None, None)


def chunked_causal_lm_loss(
    hidden,
    lm_head_weight,
    labels,
    chunk_size=32,
    ignore_index=-100,
    num_items_in_batch=None,
    label_smoothing=0.0,
    z_loss=0.0,
):
    options = Options(ignore_index, num_items_in_batch, label_smoothing, z_loss)
    where, targets = options.choose(labels, len(lm_head_weight))
    chunks = zip(hidden[where].split(chunk_size), targets.split(chunk_size))
    total = sum(
        Chunk.apply(states, lm_head_weight, right, label_smoothing, z_loss)
        for states, right in chunks
    )
    return options.divide(total)
