"""Pads with torch's `pad_sequence`, and flips rows before and after for the left."""

# ruff: noqa: ANN001, ANN201, ANN202, ANN204 - students write untyped code, too

from numbers import Number

import torch
from torch.nn.utils.rnn import pad_sequence


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
        if padding_side not in {"left", "right"}:
            raise ValueError(f"padding_side: {padding_side}")
        self.pad_token_id = pad_token_id
        self.flip = padding_side == "left"
        self.multiple = pad_to_multiple_of
        self.label_pad_token_id = label_pad_token_id
        self.max_length = max_length

    def __call__(self, features):
        """See the handout."""
        if len(features) == 0:
            raise ValueError("no rows")
        ids = [self._tensor(row["input_ids"]) for row in features]
        masks, labels = [], []
        for row, tokens in zip(features, ids, strict=True):
            has_mask, has_labels = "attention_mask" in row, "labels" in row
            mask = row["attention_mask"] if has_mask else torch.ones_like(tokens)
            masks.append(self._tensor(mask))
            labels.append(self._tensor(row["labels"]) if has_labels else tokens)
        batch = {
            "input_ids": self._pad(ids, self.pad_token_id),
            "attention_mask": self._pad(masks, 0),
            "labels": self._pad(labels, self.label_pad_token_id),
        }
        for name in set.intersection(*(set(row) for row in features)):
            values = [row[name] for row in features]
            if all(isinstance(value, Number) for value in values):
                batch[name] = torch.tensor(values)
        return batch

    def _tensor(self, values):
        tensor = torch.as_tensor(values).long()
        return tensor if self.max_length is None else tensor[: self.max_length]

    def _pad(self, rows, fill):
        if self.flip:
            rows = [row.flip(0) for row in rows]
        padded = pad_sequence(rows, batch_first=True, padding_value=fill)  # [b, s]
        if self.multiple is not None and padded.shape[1] % self.multiple:
            n_more = self.multiple - padded.shape[1] % self.multiple
            more = padded.new_full((len(rows), n_more), fill)
            padded = torch.cat([padded, more], dim=1)
        return padded.flip(1) if self.flip else padded


def position_ids(attention_mask):
    """See the handout."""
    real = attention_mask.bool()
    return torch.where(real, real.cumsum(1) - 1, torch.zeros_like(attention_mask))
