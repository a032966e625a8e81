"""Turn rows of instructions into ids, mask and labels: a function for `Dataset.map`."""

from typing import Any

PROMPT_WITH_INPUT = (
    "Below is an instruction that describes a task, paired with an input that provides"
    " further context. Write a response that appropriately completes the request.\n\n"
    "### Instruction:\n{instruction}\n\n### Input:\n{input}\n\n### Response:\n"
)
PROMPT_WITHOUT_INPUT = (
    "Below is an instruction that describes a task. Write a response that appropriately"
    " completes the request.\n\n"
    "### Instruction:\n{instruction}\n\n### Response:\n"
)
IGNORED = -100
"""The label of a position that the loss skips."""


def tokenize_function(
    examples: dict[str, list[Any]],
    tokenizer: Any,
    max_length: int = 512,
    train_on_prompt: bool = False,  # noqa: FBT001, FBT002 - the interface is frozen
) -> dict[str, list[list[int]]]:
    """Tokenize a batch of instruction rows for `Dataset.map(..., batched=True)`.

    Args:
        examples: The columns "instruction", "input" and "output", each a list with one
            text for every row; an "input" may be None.
        tokenizer: A Hugging Face tokenizer.
        max_length: Keep at most that many tokens of a row, its first.
        train_on_prompt: Learn the prompt too, not the response alone.

    Returns:
        "input_ids", "attention_mask" and "labels", each with one list for every row.
    """
    batch: dict[str, list[list[int]]]
    batch = {"input_ids": [], "attention_mask": [], "labels": []}
    columns = (examples["instruction"], examples["input"], examples["output"])
    for instruction, text, output in zip(*columns, strict=True):
        prompt = _encode(_fill_template(instruction, text), tokenizer)
        if tokenizer.bos_token_id is not None:
            prompt = [tokenizer.bos_token_id, *prompt]
        response = [*_encode(output, tokenizer), tokenizer.eos_token_id]

        ids = prompt + response
        labels = ids if train_on_prompt else [IGNORED] * len(prompt) + response
        batch["input_ids"].append(ids[:max_length])
        batch["attention_mask"].append([1] * len(ids[:max_length]))
        batch["labels"].append(labels[:max_length])
    return batch


def _fill_template(instruction: str, text: str | None) -> str:
    """Return the prompt of one row; what the user wrote is never a template itself."""
    if text:
        return PROMPT_WITH_INPUT.format(instruction=instruction, input=text)
    return PROMPT_WITHOUT_INPUT.format(instruction=instruction)


def _encode(text: str, tokenizer: Any) -> list[int]:
    """Return the ids of the text and nothing else, special tokens spelled out."""
    ids: list[int] = tokenizer.encode(
        text, add_special_tokens=False, split_special_tokens=True
    )
    return ids
