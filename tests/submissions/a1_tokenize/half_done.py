# promise: PASSED test_decodes_what_the_mask_calls_real, test_gives_the_texts_back; rest NOT_ATTEMPTED
# part: batch_encoding
"""Has the way back; the way there is as the stub left it."""


def encode_batch(texts, tokenizer, *, padding=False, max_length=None, truncation=False, padding_side="right"):
    raise NotImplementedError("a1_tokenize: implement encode_batch")


def decode_batch(input_ids, attention_mask, tokenizer):
    texts = []
    for ids, mask in zip(input_ids, attention_mask):
        real = [i for i, m in zip(ids, mask) if m == 1]
        texts.append(tokenizer.decode(real, skip_special_tokens=True))
    return texts
