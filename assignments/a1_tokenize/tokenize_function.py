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
    raise NotImplementedError("a1_tokenize: implement tokenize_function")
