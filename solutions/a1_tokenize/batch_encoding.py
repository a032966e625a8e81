"""Turn texts into one batch of ids and mask, and back, one text at a time."""

from typing import Any

SIDES = ("right", "left")


def encode_batch(
    texts: list[str],
    tokenizer: Any,
    *,
    padding: bool | str = False,
    max_length: int | None = None,
    truncation: bool = False,
    padding_side: str = "right",
) -> dict[str, list[list[int]]]:
    """Encode texts as the tokenizer's own call does, from its `encode` alone.

    Args:
        texts: Any number of texts, which may be empty.
        tokenizer: Has `encode(text)`, for one text, and `pad_token_id`.
        padding: False: leave rows as they are; True: pad to the longest row of the
            batch; "max_length": pad to `max_length`.
        max_length: The width that cutting and padding aim at.
        truncation: Keep only the first `max_length` ids of a row.
        padding_side: Where the padding goes: "right" or "left".

    Returns:
        "input_ids" and "attention_mask", each a row for every text in its order; the
        mask is 1 at tokens and 0 at padding.

    Raises:
        ValueError: `padding` or `padding_side` is none of its values, or padding is
            wanted of a tokenizer without a pad token.
    """
    if padding not in (False, True, "max_length"):
        raise ValueError(
            f"padding is {padding!r}, expected False, True or 'max_length'"
        )
    if padding_side not in SIDES:
        raise ValueError(f"padding_side is {padding_side!r}, expected one of {SIDES}")
    if padding and tokenizer.pad_token_id is None:
        raise ValueError("padding needs a pad token, and this tokenizer has none")

    rows = [tokenizer.encode(text) for text in texts]
    if truncation:
        rows = [row[:max_length] for row in rows]
    if padding == "max_length":
        width = max_length or 0
    elif padding:
        width = max((len(row) for row in rows), default=0)
    else:
        width = 0

    batch: dict[str, list[list[int]]] = {"input_ids": [], "attention_mask": []}
    for row in rows:
        n_missing = max(width - len(row), 0)
        fill, mask = [tokenizer.pad_token_id] * n_missing, [1] * len(row)
        if padding_side == "right":
            ids, mask = row + fill, mask + [0] * n_missing
        else:
            ids, mask = fill + row, [0] * n_missing + mask
        batch["input_ids"].append(ids)
        batch["attention_mask"].append(mask)
    return batch


def decode_batch(
    input_ids: list[list[int]], attention_mask: list[list[int]], tokenizer: Any
) -> list[str]:
    """Decode a batch: the text of each row without its padding and special tokens.

    Args:
        input_ids: One row of ids for each text.
        attention_mask: Rows as long as those: 1 at tokens, 0 at padding.
        tokenizer: Has `decode(ids, skip_special_tokens=...)`, for one row.

    Returns:
        One text for each row, in the order of the rows.
    """
    texts = []
    for ids, mask in zip(input_ids, attention_mask, strict=True):
        # What stands at padding may be any id, so the mask decides and not the id.
        tokens = [token for token, is_real in zip(ids, mask, strict=True) if is_real]
        texts.append(tokenizer.decode(tokens, skip_special_tokens=True))
    return texts
