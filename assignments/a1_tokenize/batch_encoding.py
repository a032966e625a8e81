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
    raise NotImplementedError("a1_tokenize: implement encode_batch")


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
    raise NotImplementedError("a1_tokenize: implement decode_batch")
