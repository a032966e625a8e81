"""Tokenize instructions: a1's `tokenize_function`, made with a chat template.

Given, not to be changed: in the grader it is this file.  To train with your own a1, put
your `tokenize_function.py` in its place.
"""

from typing import Any

# In Alpaca's words.  What is inside `generation` is the response.
TEMPLATE = (
    "{%- set input = messages[0].input -%}"
    "Below is an instruction that describes a task"
    "{{ ', paired with an input that provides further context' if input }}"
    ". Write a response that appropriately completes the request.\n\n"
    "### Instruction:\n{{ messages[0].content }}\n\n"
    "{{ '### Input:\n' + input + '\n\n' if input }}"
    "### Response:{{ '\n' }}"
    "{% generation %}{{ messages[1].content }}{% endgeneration %}"
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
        tokenizer: A fast tokenizer of Hugging Face's.
        max_length: Keep at most that many tokens of a row, its first.
        train_on_prompt: Learn the prompt too, not the response alone.

    Returns:
        "input_ids", "attention_mask" and "labels", each with one list for every row.
        Labels are -100 on the prompt and the ids on the response and on its end.
    """
    batch: dict[str, list[list[int]]]
    batch = {"input_ids": [], "attention_mask": [], "labels": []}
    bos = [] if tokenizer.bos_token_id is None else [tokenizer.bos_token_id]
    columns = (examples["instruction"], examples["input"], examples["output"])
    for instruction, text, output in zip(*columns, strict=True):
        row = tokenizer.apply_chat_template(
            [
                {"role": "user", "content": instruction, "input": text},
                {"role": "assistant", "content": output},
            ],
            chat_template=TEMPLATE,
            return_dict=True,
            return_assistant_tokens_mask=True,
            # What a user writes is never a special token.
            tokenizer_kwargs={"split_special_tokens": True},
        )
        ids = [*bos, *row["input_ids"], tokenizer.eos_token_id]
        learned = [*([0] * len(bos)), *row["assistant_masks"], 1]
        # The mask may miss the last bytes of a response, and never its beginning.
        n_prompt = learned.index(1)
        labels = ids if train_on_prompt else [IGNORED] * n_prompt + ids[n_prompt:]
        batch["input_ids"].append(ids[:max_length])
        batch["attention_mask"].append([1] * len(ids[:max_length]))
        batch["labels"].append(labels[:max_length])
    return batch
