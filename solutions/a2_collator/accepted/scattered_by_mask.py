"""Puts all tokens of the batch end to end and scatters them in one step a column."""

# ruff: noqa: ANN001, ANN201, ANN202, ANN204 - students write untyped code, too

import dataclasses
from typing import Any

import torch


@dataclasses.dataclass
class PaddingCollator:
    """See the handout."""

    pad_token_id: int
    padding_side: str = "right"
    pad_to_multiple_of: int | None = None
    label_pad_token_id: int = -100
    max_length: int | None = None

    def __post_init__(self):
        if self.padding_side not in ["left", "right"]:
            raise ValueError(f"padding_side={self.padding_side}")

    def __call__(self, features: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """See the handout."""
        if features == []:
            raise ValueError("features is empty")
        ids = [self._cut(f["input_ids"]) for f in features]
        lengths = torch.tensor([len(row) for row in ids])  # [b]
        width = int(lengths.max())
        if self.pad_to_multiple_of:
            n_parts = (width + self.pad_to_multiple_of - 1) // self.pad_to_multiple_of
            width = n_parts * self.pad_to_multiple_of
        places = torch.arange(width)  # [s]
        if self.padding_side == "left":
            places = places.flip(0)
        real = places[None, :] < lengths[:, None]  # [b, s]
        columns = {
            "input_ids": (ids, self.pad_token_id),
            "attention_mask": (self._column(features, "attention_mask", None, ids), 0),
            "labels": (
                self._column(features, "labels", ids, ids),
                self.label_pad_token_id,
            ),
        }
        batch = {}
        for name, (rows, fill) in columns.items():
            batch[name] = torch.full_like(real, fill, dtype=torch.long)
            batch[name][real] = torch.cat(rows)
        for name, value in features[0].items():
            values = [f.get(name) for f in features]
            if isinstance(value, (int, float)) and None not in values:
                batch[name] = torch.tensor(values)
        return batch

    def _column(self, features, name, default, ids):
        made = [torch.ones_like(row) for row in ids] if default is None else default
        return [
            self._cut(f[name]) if name in f else row
            for f, row in zip(features, made, strict=True)
        ]

    def _cut(self, values):
        return torch.as_tensor(values).to(torch.int64)[slice(self.max_length)]


def position_ids(attention_mask):
    """See the handout."""
    before = torch.tril(attention_mask.new_ones(attention_mask.shape[1:] * 2), -1)
    return (attention_mask @ before.T) * attention_mask
