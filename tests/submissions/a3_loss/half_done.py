# promise: NOT_ATTEMPTED test_takes_what_a_trainer_hands_over, test_chunks_add_up_to_the_whole, test_trains_alike_however_batches_accumulate, test_chunks_send_back_the_same_gradients, test_chunks_never_hold_all_logits, test_chunks_keep_the_rules_of_the_whole, test_chunks_add_up_in_float32; rest PASSED
"""Has the plain loss; the rest is as the stub left it."""

import torch
from torch.nn import functional as F


def check(targets, v, ignore_index):
    bad = (targets != ignore_index) & ((targets < 0) | (targets >= v))
    if bad.any():
        raise ValueError("label out of range")


def total_of(logits, targets, ignore_index, label_smoothing, z_loss):
    logits = logits.float()
    loss = F.cross_entropy(
        logits,
        targets,
        ignore_index=ignore_index,
        label_smoothing=label_smoothing,
        reduction="sum",
    )
    z = logits.logsumexp(-1)[targets != ignore_index]
    return loss + z_loss * (z * z).sum()


def mean_of(total, targets, ignore_index, num_items_in_batch):
    if num_items_in_batch is None:
        num_items_in_batch = (targets != ignore_index).sum()
    return total / torch.as_tensor(num_items_in_batch).clamp(min=1)


def causal_lm_loss(
    logits,
    labels,
    ignore_index=-100,
    num_items_in_batch=None,
    label_smoothing=0.0,
    z_loss=0.0,
):
    v = logits.shape[-1]
    targets = labels[:, 1:].flatten()
    check(targets, v, ignore_index)
    logits = logits[:, :-1].flatten(0, 1)
    total = total_of(logits, targets, ignore_index, label_smoothing, z_loss)
    return mean_of(total, targets, ignore_index, num_items_in_batch)


def loss_for_trainer(outputs, labels, num_items_in_batch=None):
    raise NotImplementedError("a3_loss: implement loss_for_trainer")


def chunked_causal_lm_loss(
    hidden,
    lm_head_weight,
    labels,
    chunk_size=1024,
    ignore_index=-100,
    num_items_in_batch=None,
    label_smoothing=0.0,
    z_loss=0.0,
):
    raise NotImplementedError("a3_loss: implement chunked_causal_lm_loss")
