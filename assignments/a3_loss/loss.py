"""The loss of a causal language model: plain, for a Trainer, and in chunks."""

from collections.abc import Mapping

from torch import Tensor


def causal_lm_loss(
    logits: Tensor,
    labels: Tensor,
    ignore_index: int = -100,
    num_items_in_batch: int | Tensor | None = None,
    label_smoothing: float = 0.0,
    z_loss: float = 0.0,
) -> Tensor:
    """Return how badly each position predicts the next token, averaged over tokens.

    In shapes, `b` is rows, `s` positions, `v` the vocabulary and `n` counted tokens.

    Args:
        logits: `[b, s, v]`, in any floating dtype.
        labels: LongTensor `[b, s]`, not shifted.
        ignore_index: The label of tokens that do not count.
        num_items_in_batch: What the sum is divided by; None: the tokens that count.
        label_smoothing: The share of the target that all classes get alike.
        z_loss: The weight of the squared log-sum-exp that is added for each token.

    Returns:
        A float32 tensor `[]` with a path back to the logits.

    Raises:
        ValueError: A label is neither `ignore_index` nor in the vocabulary.
    """
    raise NotImplementedError("a3_loss: implement causal_lm_loss")


def loss_for_trainer(
    outputs: Mapping[str, Tensor],
    labels: Tensor,
    num_items_in_batch: int | Tensor | None = None,
) -> Tensor:
    """Return the loss in the signature of `Trainer(compute_loss_func=...)`.

    Args:
        outputs: What the model returned, a dict or a `ModelOutput` with "logits".
        labels: LongTensor `[b, s]`, not shifted; -100 does not count.
        num_items_in_batch: The tokens that count in all batches of this step.
    """
    raise NotImplementedError("a3_loss: implement loss_for_trainer")


def chunked_causal_lm_loss(  # noqa: PLR0913, PLR0917 - the loss's and the head's
    hidden: Tensor,
    lm_head_weight: Tensor,
    labels: Tensor,
    chunk_size: int = 1024,
    ignore_index: int = -100,
    num_items_in_batch: int | Tensor | None = None,
    label_smoothing: float = 0.0,
    z_loss: float = 0.0,
) -> Tensor:
    """Return `causal_lm_loss` of `hidden @ lm_head_weight.T`, a few tokens at a time.

    Args:
        hidden: The last hidden states, `[b, s, h]`.
        lm_head_weight: The head's weight, `[v, h]`.
        labels: LongTensor `[b, s]`, not shifted.
        chunk_size: For how many tokens there may be logits at one time.
        ignore_index: As of `causal_lm_loss`, like all that follow.
        num_items_in_batch: What the sum is divided by.
        label_smoothing: The share of the target that all classes get alike.
        z_loss: The weight of the squared log-sum-exp.

    Raises:
        ValueError: A label is neither `ignore_index` nor in the vocabulary.
    """
    raise NotImplementedError("a3_loss: implement chunked_causal_lm_loss")
