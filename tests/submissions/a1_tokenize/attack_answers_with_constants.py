# promise: none PASSED
# part: batch_encoding
"""Answers with the same short row for every text."""


def encode_batch(texts, tokenizer, **options):
    return {"input_ids": [[0, 5] for _ in texts], "attention_mask": [[1, 1] for _ in texts]}


def decode_batch(input_ids, attention_mask, tokenizer):
    return ["" for _ in input_ids]
