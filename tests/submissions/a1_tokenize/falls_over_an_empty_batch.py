# promise: RAISED test_takes_empty_texts_and_empty_batches; rest PASSED
# part: batch_encoding
"""Asks for the longest row where there is none."""


def encode_batch(texts, tokenizer, *, padding=False, max_length=None, truncation=False, padding_side="right"):
    if isinstance(padding, str) and padding != "max_length":
        raise ValueError(f"padding: {padding!r}")
    if padding_side not in ("left", "right"):
        raise ValueError(f"padding_side: {padding_side!r}")
    pad = tokenizer.pad_token_id
    if padding and pad is None:
        raise ValueError("no pad token")
    input_ids, attention_mask = [], []
    for text in texts:
        ids = tokenizer.encode(text)
        if truncation:
            ids = ids[:max_length]
        input_ids.append(ids)
        attention_mask.append([1] * len(ids))
    if padding:
        width = max_length if padding == "max_length" else max(map(len, input_ids))
        for ids, mask in zip(input_ids, attention_mask):
            n = width - len(ids)
            if padding_side == "left":
                ids[:0] = [pad] * n
                mask[:0] = [0] * n
            else:
                ids.extend([pad] * n)
                mask.extend([0] * n)
    return {"input_ids": input_ids, "attention_mask": attention_mask}


def decode_batch(input_ids, attention_mask, tokenizer):
    texts = []
    for ids, mask in zip(input_ids, attention_mask):
        real = [i for i, m in zip(ids, mask) if m == 1]
        texts.append(tokenizer.decode(real, skip_special_tokens=True))
    return texts
