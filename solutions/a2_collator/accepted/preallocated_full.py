"""Makes the full batch of padding first and writes the rows into it."""

# ruff: noqa: ANN001, ANN201, ANN204, ANN205 - students write untyped code, too

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
        self.place = {"left": self._at_the_end, "right": self._at_the_start}.get(
            padding_side
        )
        if self.place is None:
            raise ValueError(padding_side)
        self.fills = (pad_token_id, 0, label_pad_token_id)
        self.multiple = pad_to_multiple_of or 1
        self.max_length = max_length

    def __call__(self, features):
        """See the handout."""
        lengths = [len(row["input_ids"][: self.max_length]) for row in features]
        width = max(lengths)  # of no rows: a ValueError
        while width % self.multiple:
            width += 1
        ids, mask, labels = (
            torch.full((len(features), width), fill, dtype=torch.int64)
            for fill in self.fills
        )  # each [b, s]
        for index, (row, length) in enumerate(zip(features, lengths, strict=True)):
            here = self.place(width, length)
            ids[index, here] = torch.as_tensor(row["input_ids"])[:length].long()
            mask[index, here] = 1
            labels[index, here] = ids[index, here]
            for name, column in (("attention_mask", mask), ("labels", labels)):
                if name in row:
                    column[index, here] = torch.as_tensor(row[name])[:length].long()
        batch = {"input_ids": ids, "attention_mask": mask, "labels": labels}
        return batch | {
            name: torch.tensor([row[name] for row in features])
            for name in features[0]
            if all(type(row.get(name)) in {int, float, bool} for row in features)
        }

    @staticmethod
    def _at_the_start(_, length):
        return slice(length)

    @staticmethod
    def _at_the_end(width, length):
        return slice(width - length, width)


def position_ids(attention_mask):
    """See the handout."""
    positions = torch.zeros_like(attention_mask)
    for row, mask in zip(positions, attention_mask, strict=True):
        real = mask.nonzero().squeeze(1)
        row[real] = torch.arange(len(real))
    return positions
