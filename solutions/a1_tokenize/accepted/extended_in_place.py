"""Copies each row and extends it in place; decodes what `compress` leaves."""

# ruff: noqa: ANN001, ANN201, ANN202 - students write untyped code, too

from itertools import compress


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
    if padding_side != "right" and padding_side != "left":  # noqa: PLR1714 - as many write it
        raise ValueError("right or left")
    goal = _goal(padding, max_length, tokenizer)
    input_ids = []
    for text in texts:
        row = list(tokenizer.encode(text))
        if truncation:
            del row[max_length:]
        input_ids.append(row)
    if goal == "longest":
        goal = max([len(row) for row in input_ids] or [0])
    attention_mask = [[1 for _ in row] for row in input_ids]
    for row, mask in zip(input_ids, attention_mask, strict=True):
        while len(row) < goal:
            place = len(row) if padding_side == "right" else 0
            row.insert(place, tokenizer.pad_token_id)
            mask.insert(place, 0)
    return {"input_ids": input_ids, "attention_mask": attention_mask}


def _goal(padding, max_length, tokenizer):
    if padding is False:
        return 0
    if tokenizer.pad_token_id is None:
        raise ValueError("no pad")
    if padding is True:
        return "longest"
    if padding == "max_length":
        return max_length
    raise ValueError(f"padding: {padding}")


def decode_batch(input_ids, attention_mask, tokenizer):
    """See the handout."""
    return [
        tokenizer.decode(list(compress(row, mask)), skip_special_tokens=True)
        for row, mask in zip(input_ids, attention_mask, strict=True)
    ]
