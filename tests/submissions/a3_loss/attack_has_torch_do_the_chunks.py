# promise: all POLICY
"""Calls torch's finished chunked loss by an alias."""

import torch.nn.functional as anything
from torch.nn.functional import cross_entropy


def causal_lm_loss(logits, labels, *settings, **more):
    return cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())


def loss_for_trainer(outputs, labels, num_items_in_batch=None):
    return causal_lm_loss(outputs["logits"], labels)


def chunked_causal_lm_loss(hidden, lm_head_weight, labels, *settings, **more):
    return anything.linear_cross_entropy(
        hidden[:, :-1].flatten(0, 1), lm_head_weight, labels[:, 1:].flatten()
    )
