# promise: all POLICY
# part: tokenize_function
"""Imports the library by a call, inside the function."""

import importlib


def tokenize_function(examples, tokenizer, max_length=512, train_on_prompt=False):
    collate = importlib.import_module("transformers.data.data_collator")
    return collate.DataCollatorForSeq2Seq(tokenizer)(examples)
