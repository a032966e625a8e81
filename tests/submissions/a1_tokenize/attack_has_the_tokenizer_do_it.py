# promise: all RAISED
# part: batch_encoding
"""Calls the tokenizer for whole batches, which this one refuses."""


def encode_batch(texts, tokenizer, **options):
    batch = tokenizer(texts, **options)
    return {"input_ids": batch["input_ids"], "attention_mask": batch["attention_mask"]}


def decode_batch(input_ids, attention_mask, tokenizer):
    return tokenizer.batch_decode(input_ids, skip_special_tokens=True)
