"""Pad rows to a batch: a2's `PaddingCollator`, made of `DataCollatorForSeq2Seq`.

Given, not to be changed: in the grader it is this file.  To train with your own a2, put
your `collator.py` in its place.
"""

from typing import Any

from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from torch import Tensor
from transformers import DataCollatorForSeq2Seq, PreTrainedTokenizerFast

PAD = "<pad>"


class PaddingCollator:
    """Pad rows with "input_ids", "attention_mask" and "labels" to one width.

    What is padding is known by its place, never by its id: the pad may be EOS.

    Args:
        pad_token_id: The id that fills `input_ids` up.
        padding_side: Where the padding goes: "right" or "left".
        pad_to_multiple_of: Round the width up to a multiple of it; None: do not round.
        label_pad_token_id: The label that fills `labels` up; the loss skips -100.
        max_length: Keep at most that many tokens of a row, its first; None: keep all.
    """

    def __init__(
        self,
        pad_token_id: int,
        padding_side: str = "right",
        pad_to_multiple_of: int | None = None,
        label_pad_token_id: int = -100,
        max_length: int | None = None,
    ) -> None:
        # The library's collator wants a tokenizer and asks it for nothing but its pad.
        pad_alone = PreTrainedTokenizerFast(
            tokenizer_object=Tokenizer(WordLevel({PAD: pad_token_id}, unk_token=PAD)),
            pad_token=PAD,
            padding_side=padding_side,
        )
        self.max_length = max_length
        self.collate = DataCollatorForSeq2Seq(
            pad_alone,
            pad_to_multiple_of=pad_to_multiple_of,
            label_pad_token_id=label_pad_token_id,
        )

    def __call__(self, features: list[dict[str, Any]]) -> dict[str, Tensor]:
        """Return the rows as LongTensors `[b, s]`."""
        rows = [
            {name: list(column[: self.max_length]) for name, column in row.items()}
            for row in features
        ]
        return dict(self.collate(rows))
