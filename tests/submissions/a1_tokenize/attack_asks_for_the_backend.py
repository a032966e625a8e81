# promise: all RAISED
# part: batch_encoding
"""Asks the tokenizer for the library's inside of it."""


def encode_batch(texts, tokenizer, **options):
    backend = tokenizer.backend_tokenizer
    backend.enable_padding()
    found = backend.encode_batch(texts)
    return {"input_ids": [e.ids for e in found], "attention_mask": [e.attention_mask for e in found]}


def decode_batch(input_ids, attention_mask, tokenizer):
    return tokenizer._tokenizer.decode_batch(input_ids)
