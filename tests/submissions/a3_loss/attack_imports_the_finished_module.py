# promise: all POLICY
"""Takes the finished chunked loss from where torch defines it."""

from torch.nn.modules.loss import LinearCrossEntropyLoss


def causal_lm_loss(logits, labels, *settings, **more):
    return logits.float().logsumexp(-1).mean()


def loss_for_trainer(outputs, labels, num_items_in_batch=None):
    return causal_lm_loss(outputs["logits"], labels)


def chunked_causal_lm_loss(hidden, lm_head_weight, labels, *settings, **more):
    return LinearCrossEntropyLoss(2, 3)(hidden, labels)
