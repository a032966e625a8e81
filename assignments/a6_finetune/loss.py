"""The loss for a Trainer: a3's `loss_for_trainer`, made of transformers' own.

Given, not to be changed: in the grader it is this file.  To train with your own a3, put
your `loss.py` in its place.
"""

from collections.abc import Mapping

from torch import Tensor
from transformers.loss.loss_utils import ForCausalLMLoss


def loss_for_trainer(
    outputs: Mapping[str, Tensor],
    labels: Tensor,
    num_items_in_batch: int | Tensor | None = None,
) -> Tensor:
    """Return the loss in the signature of `Trainer(compute_loss_func=...)`.

    Args:
        outputs: What the model returned, with "logits" `[b, s, v]`.
        labels: LongTensor `[b, s]`, not shifted; -100 does not count.
        num_items_in_batch: The tokens that count in all batches of this step; None: in
            these labels.
    """
    logits = outputs["logits"]
    loss: Tensor = ForCausalLMLoss(
        logits, labels, logits.shape[-1], num_items_in_batch=num_items_in_batch
    )
    return loss
