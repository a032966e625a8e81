# promise: all POLICY
# part: batch_encoding
"""Has the library make the batch of its own tokenizer."""

from transformers import BatchEncoding


def encode_batch(texts, tokenizer, **options):
    return dict(BatchEncoding(tokenizer(texts, **options)))


def decode_batch(input_ids, attention_mask, tokenizer):
    return tokenizer.batch_decode(input_ids, skip_special_tokens=True)
