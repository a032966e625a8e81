"""Joins each row with its padding by `torch.cat`, then stacks the rows."""

# ruff: noqa: ANN001, ANN201, ANN204 - students write untyped code, too

import torch
from torch import Tensor

MADE = ("input_ids", "attention_mask", "labels")


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
        sides = {"right": 1, "left": -1}
        if padding_side not in sides:
            raise ValueError(f"expected one of {list(sides)}")
        self.step = sides[padding_side]
        self.fills = dict(zip(MADE, (pad_token_id, 0, label_pad_token_id), strict=True))
        self.multiple = pad_to_multiple_of
        self.max_length = max_length

    def __call__(self, features):
        """See the handout."""
        rows = list(map(self.complete, features))
        if not rows:
            raise ValueError("at least one row")
        width = max(row["input_ids"].numel() for row in rows)
        if self.multiple and width % self.multiple != 0:
            width = width // self.multiple * self.multiple + self.multiple
        batch = {name: [] for name in MADE}
        for row in rows:
            for name, fill in self.fills.items():
                padding = torch.full((width - row[name].numel(),), fill)
                both = (row[name], padding)[:: self.step]
                batch[name].append(torch.cat(both))
        stacked = {name: torch.stack(tensors) for name, tensors in batch.items()}
        names = [n for n in features[0] if all(n in f for f in features)]
        for name in names:
            column = [f[name] for f in features]
            if not any(isinstance(v, str | list | tuple | Tensor) for v in column):
                try:
                    numbers = torch.tensor(column)
                except (TypeError, ValueError, RuntimeError):
                    continue
                if numbers.ndim == 1:
                    stacked.setdefault(name, numbers)
        return stacked

    def complete(self, feature):
        """Return the three columns of a row, cut."""
        ids = as_long(feature["input_ids"])
        row = {"attention_mask": torch.ones_like(ids), "labels": ids} | {
            name: as_long(feature[name]) for name in MADE if name in feature
        }
        if self.max_length is not None:
            row = {name: tensor[: self.max_length] for name, tensor in row.items()}
        return row


def as_long(values):
    """Return any sequence of numbers as a new LongTensor."""
    return torch.as_tensor(values).clone().to(torch.long)


def position_ids(attention_mask):
    """See the handout."""
    counted = attention_mask.cumsum(dim=1)
    return torch.clamp(counted - 1, min=0) * (attention_mask != 0)
