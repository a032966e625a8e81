# promise: all POLICY
"""Has transformers' own loss do the work."""

from transformers.loss.loss_utils import ForCausalLMLoss


def causal_lm_loss(logits, labels, *settings, **more):
    return ForCausalLMLoss(logits, labels, logits.shape[-1])


def loss_for_trainer(outputs, labels, num_items_in_batch=None):
    return causal_lm_loss(outputs["logits"], labels)


def chunked_causal_lm_loss(hidden, lm_head_weight, labels, *settings, **more):
    return causal_lm_loss(hidden @ lm_head_weight.T, labels)
