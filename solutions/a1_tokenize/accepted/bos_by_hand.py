"""Adds BOS itself, pads by generators and drops special ids before decoding."""

# ruff: noqa: ANN001, ANN201, ANN202, PERF401 - students write untyped code, too

from itertools import chain, islice, repeat

PADDINGS = {False: 0, True: 1, "max_length": 2}


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
    try:
        kind = PADDINGS[padding]
        step = {"right": 1, "left": -1}[padding_side]
    except KeyError as error:
        raise ValueError(f"unknown option {error}") from error
    if kind and tokenizer.pad_token_id is None:
        raise ValueError("nothing to pad with")
    first = [] if tokenizer.bos_token_id is None else [tokenizer.bos_token_id]
    rows = [first + tokenizer.encode(t, add_special_tokens=False) for t in texts]
    if truncation:
        rows = [list(islice(row, max_length)) for row in rows]
    width = (0, max(map(len, rows), default=0), max_length)[kind]

    def filled(row, fill):
        """Return a row with padding behind it, seen from its own side."""
        n = max(len(row), width)
        return list(islice(chain(row[::step], repeat(fill)), n))[::step]

    return {
        "input_ids": [filled(row, tokenizer.pad_token_id) for row in rows],
        "attention_mask": [filled([1] * len(row), 0) for row in rows],
    }


def decode_batch(input_ids, attention_mask, tokenizer):
    """See the handout."""
    special = set(tokenizer.all_special_ids)
    texts = []
    for i in range(len(input_ids)):
        kept = []
        for j in range(len(input_ids[i])):
            if attention_mask[i][j] == 1 and input_ids[i][j] not in special:
                kept.append(input_ids[i][j])
        texts.append(tokenizer.decode(kept))
    return texts
