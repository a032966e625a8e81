"""Turn token rows of different lengths into one batch that a model can read."""

from typing import Any

from torch import Tensor


class PaddingCollator:
    """Pad rows of a data set to one width and stack them: a `collate_fn`.

    In shapes, `b` is the number of rows and `s` the width of the batch.

    Args:
        pad_token_id: The id that fills `input_ids` up.
        padding_side: Where the padding goes: "right" or "left".
        pad_to_multiple_of: Round the width up to a multiple of it; None: do not round.
        label_pad_token_id: The label that fills `labels` up; the loss skips -100.
        max_length: Keep at most that many tokens of a row, its first; None: keep all.

    Raises:
        ValueError: `padding_side` is neither "right" nor "left".
    """

    def __init__(
        self,
        pad_token_id: int,
        padding_side: str = "right",
        pad_to_multiple_of: int | None = None,
        label_pad_token_id: int = -100,
        max_length: int | None = None,
    ) -> None:
        raise NotImplementedError("a2_collator: implement __init__")

    def __call__(self, features: list[dict[str, Any]]) -> dict[str, Tensor]:
        """Collate the rows of one batch.

        Args:
            features: At least one row: a dict with "input_ids" and, if the row brings
                them, "attention_mask" and "labels" of the same length, each a list,
                tuple, numpy array or tensor of integers; and any other columns.

        Returns:
            "input_ids", "attention_mask" and "labels", each a LongTensor `[b, s]`, and
            every column of numbers, stacked to `[b]`.

        Raises:
            ValueError: `features` is empty.
        """
        raise NotImplementedError("a2_collator: implement __call__")


def position_ids(attention_mask: Tensor) -> Tensor:
    """Count the real tokens of each row from 0, on whichever side the padding lies.

    Args:
        attention_mask: LongTensor `[b, s]`, 1 at real tokens and 0 at padding.

    Returns:
        LongTensor `[b, s]`: how many real tokens stand before each real token of the
        row; 0 at padding.
    """
    raise NotImplementedError("a2_collator: implement position_ids")
