"""Pads into a rectangle of numpy, where there is one to be had."""

# ruff: noqa: ANN001, ANN201 - students write untyped code, too

import numpy as np


def encode_batch(
    texts,
    tokenizer,
    *,
    padding=False,
    max_length=None,
    truncation=False,
    padding_side="right",
):
    """See the handout."""
    if padding not in [True, False, "max_length"]:
        raise ValueError(padding)
    if padding_side not in ["right", "left"]:
        raise ValueError(padding_side)
    if padding is not False and tokenizer.pad_token_id is None:
        raise ValueError(tokenizer.pad_token_id)
    limit = max_length if truncation else None
    rows = [np.array(tokenizer.encode(text)[:limit], dtype=np.int64) for text in texts]
    batch = {"input_ids": [], "attention_mask": []}
    if not rows:
        return batch
    lengths = np.array([len(row) for row in rows])
    widths = {
        False: lengths,
        True: np.full_like(lengths, lengths.max()),
        "max_length": np.maximum(lengths, max_length or 0),
    }[padding]
    filler = tokenizer.pad_token_id if padding else 0
    for row, width in zip(rows, widths, strict=True):
        where = np.arange(width)
        if padding_side == "right":
            mask = where < len(row)
        else:
            mask = where >= width - len(row)
        ids = np.full(width, filler)
        ids[mask] = row
        batch["input_ids"].append(ids.tolist())
        batch["attention_mask"].append(mask.astype(int).tolist())
    return batch


def decode_batch(input_ids, attention_mask, tokenizer):
    """See the handout."""
    texts = []
    for ids, mask in zip(input_ids, attention_mask, strict=True):
        real = np.array(ids, dtype=np.int64)[np.array(mask, dtype=bool)]
        texts.append(tokenizer.decode(real.tolist(), skip_special_tokens=True))
    return texts
