# promise: all PASSED
"""Raises, logs and catches exceptions of its own on the way, and is right."""

import logging

import torch


COLUMNS = ("input_ids", "attention_mask", "labels")


class PaddingCollator:
    def __init__(
        self,
        pad_token_id,
        padding_side="right",
        pad_to_multiple_of=None,
        label_pad_token_id=-100,
        max_length=None,
    ):
        if padding_side not in ("left", "right"):
            raise ValueError(f"unknown side {padding_side!r}")
        self.padding_side = padding_side
        self.multiple = pad_to_multiple_of or 1
        self.max_length = max_length
        self.fills = (pad_token_id, 0, label_pad_token_id)

    def __call__(self, features):
        if not features:
            raise ValueError("no rows")
        rows = [self.complete(feature) for feature in features]
        width = max(len(ids) for ids, _, _ in rows)
        width += -width % self.multiple
        batch = {}
        for name, fill, column in zip(COLUMNS, self.fills, zip(*rows)):
            padded = [self.pad(values, width, fill) for values in column]
            batch[name] = torch.tensor(padded, dtype=torch.long)
        for name in features[0]:
            values = [feature.get(name) for feature in features]
            if all(isinstance(value, (int, float)) for value in values):
                batch[name] = torch.tensor(values)
        return batch

    def complete(self, feature):
        ids = list(feature["input_ids"])
        mask = list(feature.get("attention_mask", [1] * len(ids)))
        labels = list(feature.get("labels", ids))
        return [column[: self.max_length] for column in (ids, mask, labels)]

    def pad(self, values, width, fill):
        padding = [fill] * (width - len(values))
        return padding + values if self.padding_side == "left" else values + padding


class NotYet(ArithmeticError):
    pass


def attempt(attention_mask, trial):
    if trial < 2:
        raise NotYet(f"attempt {trial}")
    return (attention_mask.cumsum(1) - 1) * attention_mask


def position_ids(attention_mask):
    for trial in range(3):
        try:
            return attempt(attention_mask, trial)
        except NotYet:
            logging.getLogger(__name__).exception("again")
