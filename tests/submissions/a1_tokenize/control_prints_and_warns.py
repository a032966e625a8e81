# promise: all PASSED
# part: tokenize_function
"""Prints, warns, and encodes equal texts once, and is right."""

import warnings


HEAD = "Below is an instruction that describes a task"
TAIL = "Write a response that appropriately completes the request.\n\n"


def prompt_of(instruction, text):
    if not text:
        return f"{HEAD}. {TAIL}### Instruction:\n{instruction}\n\n### Response:\n"
    return (
        f"{HEAD}, paired with an input that provides further context. {TAIL}"
        f"### Instruction:\n{instruction}\n\n### Input:\n{text}\n\n### Response:\n"
    )


def ids_of(text, tokenizer, known):
    print("encoding", text)
    warnings.warn(f"text of {len(text)} characters")
    if text not in known:
        known[text] = tuple(tokenizer.encode(text, add_special_tokens=False, split_special_tokens=True))
    return list(known[text])


def tokenize_function(examples, tokenizer, max_length=512, train_on_prompt=False):
    known = {}
    result = {"input_ids": [], "attention_mask": [], "labels": []}
    for i in range(len(examples["instruction"])):
        instruction = examples["instruction"][i]
        text = examples["input"][i]
        output = examples["output"][i]
        prompt = ids_of(prompt_of(instruction, text), tokenizer, known)
        if tokenizer.bos_token_id is not None:
            prompt = [tokenizer.bos_token_id] + prompt
        response = ids_of(output, tokenizer, known) + [tokenizer.eos_token_id]
        ids = prompt + response
        labels = list(ids) if train_on_prompt else [-100] * len(prompt) + response
        result["input_ids"].append(ids[:max_length])
        result["attention_mask"].append([1] * min(len(ids), max_length))
        result["labels"].append(labels[:max_length])
    return result
