"""Turn token rows of different lengths into one batch that a model can read."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad


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
        if padding_side not in ("right", "left"):
            raise ValueError(
                f"padding_side is {padding_side!r}, expected 'right' or 'left'"
            )
        self.padding_side = padding_side
        self.pad_to_multiple_of = pad_to_multiple_of
        self.max_length = max_length
        # What stands at the padding positions of each column.
        self.fills = {
            "input_ids": pad_token_id,
            "attention_mask": 0,
            "labels": label_pad_token_id,
        }

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
        if not features:
            raise ValueError("a batch needs at least one row, got none")
        rows = [self._read(feature) for feature in features]
        longest = max(len(row["input_ids"]) for row in rows)
        width = self._round_up(longest)
        batch = {
            column: torch.stack([self._pad(row[column], width, fill) for row in rows])
            for column, fill in self.fills.items()
        }  # each [b, s]
        return batch | _stack_numbers(features)

    def _read(self, feature: dict[str, Any]) -> dict[str, Tensor]:
        """Return the three columns of one row, completed and cut, each `[length]`."""
        ids = feature["input_ids"]
        mask = feature.get("attention_mask", [1] * len(ids))
        labels = feature.get("labels", ids)
        row = {"input_ids": ids, "attention_mask": mask, "labels": labels}
        return {
            column: torch.as_tensor(values, dtype=torch.long)[: self.max_length]
            for column, values in row.items()
        }

    def _round_up(self, length: int) -> int:
        multiple = self.pad_to_multiple_of or 1
        return -(-length // multiple) * multiple

    def _pad(self, row: Tensor, width: int, fill: int) -> Tensor:
        """Return one column of one row, `[length]`, filled up to `[width]`."""
        n_missing = width - len(row)
        if self.padding_side == "left":
            return pad(row, (n_missing, 0), value=fill)
        return pad(row, (0, n_missing), value=fill)


def position_ids(attention_mask: Tensor) -> Tensor:
    """Count the real tokens of each row from 0, on whichever side the padding lies.

    Args:
        attention_mask: LongTensor `[b, s]`, 1 at real tokens and 0 at padding.

    Returns:
        LongTensor `[b, s]`: how many real tokens stand before each real token of the
        row; 0 at padding.
    """
    n_so_far = attention_mask.cumsum(dim=-1)  # [b, s], counts the token itself too
    return (n_so_far - 1).masked_fill(attention_mask == 0, 0)


def _stack_numbers(features: list[dict[str, Any]]) -> dict[str, Tensor]:
    """Return the other columns that hold a number in every row, each `[b]`."""
    numbers = {}
    for column in features[0]:
        values = [feature.get(column) for feature in features]
        if all(isinstance(value, int | float) for value in values):
            numbers[column] = torch.tensor(values)
    return numbers
