# promise: FAILED test_divides_by_the_number_of_items_it_is_given, test_gives_zero_where_nothing_counts, test_takes_what_a_trainer_hands_over, test_agrees_with_the_loss_of_transformers, test_combines_all_options, test_adds_up_over_any_split_of_a_batch, test_trains_alike_however_batches_accumulate, test_chunks_send_back_the_same_gradients, test_chunks_never_hold_all_logits, test_chunks_keep_the_rules_of_the_whole; rest PASSED
"""Takes the mean, as lectures write it, and knows of no Trainer's count."""

import torch
from torch.nn import functional as F


def check(targets, v, ignore_index):
    bad = (targets != ignore_index) & ((targets < 0) | (targets >= v))
    if bad.any():
        raise ValueError("label out of range")


def causal_lm_loss(
    logits,
    labels,
    ignore_index=-100,
    num_items_in_batch=None,
    label_smoothing=0.0,
    z_loss=0.0,
):
    targets = labels[:, 1:].flatten()
    check(targets, logits.shape[-1], ignore_index)
    logits = logits[:, :-1].flatten(0, 1).float()
    loss = F.cross_entropy(
        logits, targets, ignore_index=ignore_index, label_smoothing=label_smoothing
    )
    z = logits.logsumexp(-1)[targets != ignore_index]
    return loss + z_loss * (z * z).mean()


def loss_for_trainer(outputs, labels, num_items_in_batch=None):
    logits = outputs["logits"]
    return causal_lm_loss(logits, labels, num_items_in_batch=num_items_in_batch)


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
    logits = hidden @ lm_head_weight.T
    return causal_lm_loss(
        logits, labels, ignore_index, num_items_in_batch, label_smoothing, z_loss
    )
