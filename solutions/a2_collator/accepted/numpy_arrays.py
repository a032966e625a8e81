"""Pads with numpy and turns finished arrays into tensors."""

# ruff: noqa: ANN001, ANN201, ANN202, ANN204 - students write untyped code, too

import math

import numpy as np
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
        if padding_side not in ("left", "right"):
            raise ValueError(f"{padding_side} is no side")
        self.settings = (pad_token_id, label_pad_token_id)
        self.left = padding_side == "left"
        self.multiple = pad_to_multiple_of
        self.limit = math.inf if max_length is None else max_length

    def __call__(self, features):
        """See the handout."""
        if not len(features):
            raise ValueError("nothing to collate")
        pad_token_id, label_pad_token_id = self.settings
        lengths = [int(min(len(row["input_ids"]), self.limit)) for row in features]
        width = max(lengths)
        if self.multiple:
            width = math.ceil(width / self.multiple) * self.multiple
        batch = {
            "input_ids": np.full((len(features), width), pad_token_id),
            "attention_mask": np.zeros((len(features), width), np.int64),
            "labels": np.full((len(features), width), label_pad_token_id),
        }
        for i, (row, n) in enumerate(zip(features, lengths, strict=True)):
            ids = np.asarray(row["input_ids"])
            whole = {"attention_mask": np.ones(len(ids)), "labels": ids} | row
            start = width - n if self.left else 0
            for name, column in batch.items():
                column[i, start : start + n] = np.asarray(whole[name])[:n]
        tensors = {k: torch.from_numpy(v.astype(np.int64)) for k, v in batch.items()}
        return tensors | _numbers(features)


def _numbers(features):
    """Stack by kind, because numpy's floats are float64 and the batch's float32."""
    found = {}
    for name in features[0]:
        values = [row.get(name) for row in features]
        kinds = {type(value) for value in values}
        if kinds <= {int, float, bool}:
            dtype = torch.float32 if float in kinds else None
            found[name] = torch.tensor(values, dtype=dtype)
    return found


def position_ids(attention_mask):
    """See the handout."""
    mask = attention_mask.numpy()
    return torch.from_numpy((np.cumsum(mask, axis=1) - 1) * mask)
