# promise: all POLICY
"""Has the library do the work."""

import torch
from transformers import DataCollatorForSeq2Seq, PreTrainedTokenizerFast
from tokenizers import Tokenizer, models


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
            raise ValueError(padding_side)
        words = models.WordLevel({"<pad>": pad_token_id}, unk_token="<pad>")
        tokenizer = PreTrainedTokenizerFast(
            tokenizer_object=Tokenizer(words),
            pad_token="<pad>",
            padding_side=padding_side,
        )
        self.max_length = max_length
        self.collator = DataCollatorForSeq2Seq(
            tokenizer,
            pad_to_multiple_of=pad_to_multiple_of,
            label_pad_token_id=label_pad_token_id,
        )

    def __call__(self, features):
        if not features:
            raise ValueError("no rows")
        rows = []
        for feature in features:
            ids = list(feature["input_ids"])[: self.max_length]
            labels = list(feature.get("labels", ids))[: self.max_length]
            rows.append({"input_ids": ids, "labels": labels})
        return dict(self.collator(rows))


def position_ids(attention_mask):
    return (attention_mask.cumsum(1) - 1) * attention_mask
