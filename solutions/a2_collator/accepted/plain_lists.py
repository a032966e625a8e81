"""Pads lists of int and makes tensors of them at the very end."""

# ruff: noqa: ANN001, ANN201, ANN202, ANN204 - students write untyped code, too

import torch


class PaddingCollator:
    """See the handout."""

    def __init__(
        self,
        pad_token_id,
        padding_side="right",
        pad_to_multiple_of=None,
        label_pad_token_id=-100,
        max_length=None,
    ):
        if padding_side != "left" and padding_side != "right":  # noqa: PLR1714 - as many write it
            raise ValueError("left or right")
        self.pad_token_id = pad_token_id
        self.padding_side = padding_side
        self.pad_to_multiple_of = pad_to_multiple_of
        self.label_pad_token_id = label_pad_token_id
        self.max_length = max_length

    def __call__(self, features):
        """See the handout."""
        if not features:
            raise ValueError("the batch is empty")
        rows = [_as_lists(feature) for feature in features]
        if self.max_length is not None:
            rows = [[column[: self.max_length] for column in row] for row in rows]
        width = max(len(ids) for ids, _, _ in rows)
        if self.pad_to_multiple_of is not None:
            missing = -width % self.pad_to_multiple_of
            width += missing
        fills = (self.pad_token_id, 0, self.label_pad_token_id)
        padded = [
            [self._pad(column, fill, width) for column in columns]
            for columns, fill in zip(zip(*rows, strict=True), fills, strict=True)
        ]
        names = ("input_ids", "attention_mask", "labels")
        batch = {
            name: torch.tensor(column, dtype=torch.long)
            for name, column in zip(names, padded, strict=True)
        }
        for name, first in features[0].items():
            if isinstance(first, int | float):
                values = [feature.get(name) for feature in features]
                if all(isinstance(value, int | float) for value in values):
                    batch[name] = torch.tensor(values)
        return batch

    def _pad(self, column, fill, width):
        padding = [fill] * (width - len(column))
        return column + padding if self.padding_side == "right" else padding + column


def _as_lists(feature):
    ids = [int(token) for token in feature["input_ids"]]
    mask = [int(value) for value in feature.get("attention_mask", [1] * len(ids))]
    labels = [int(label) for label in feature.get("labels", ids)]
    return [ids, mask, labels]


def position_ids(attention_mask):
    """See the handout."""
    rows = []
    for mask in attention_mask.tolist():
        row, n_seen = [], 0
        for value in mask:
            row.append(n_seen if value else 0)
            n_seen += value
        rows.append(row)
    return torch.tensor(rows, dtype=torch.long).reshape(attention_mask.shape)
