# promise: none PASSED
# part: tokenize_function
"""Pads to max_length with EOS and makes no labels, as a quick recipe does."""


def tokenize_function(examples, tokenizer, max_length=512, train_on_prompt=False):
    tokenizer.pad_token = tokenizer.eos_token
    return dict(tokenizer(examples["output"], padding="max_length", truncation=True, max_length=max_length))
