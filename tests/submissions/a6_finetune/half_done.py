# promise: PASSED test_settings_are_those_of_the_table, test_what_is_asked_for_wins_over_the_table; rest NOT_ATTEMPTED
"""Has the settings and nothing else."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
import torch
from datasets import Dataset, DatasetDict
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    Trainer,
    TrainingArguments,
)

from .collator import PaddingCollator
from .loss import loss_for_trainer
from .tokenize_function import IGNORED, tokenize_function


def make_training_arguments(output_dir: str, **overrides: Any) -> TrainingArguments:
    """Return how to train: the course's defaults, each of which may be overridden.

    Args:
        output_dir: The folder for what the run leaves.
        **overrides: Arguments of `TrainingArguments`, which win over the defaults.
    """
    on_gpu = torch.cuda.is_available() and not overrides.get("use_cpu")
    settings = {
        "num_train_epochs": 3,
        "per_device_train_batch_size": 8,
        "per_device_eval_batch_size": 8,
        "learning_rate": 2e-5,
        "lr_scheduler_type": "cosine",
        "logging_steps": 1,
        "save_strategy": "no",
        "report_to": "none",
        "bf16": on_gpu and torch.cuda.is_bf16_supported(),
        "dataloader_pin_memory": on_gpu,
    }
    return TrainingArguments(output_dir=output_dir, **(settings | overrides))


def build_trainer(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    dataset: Dataset | DatasetDict,
    args: TrainingArguments,
) -> Trainer:
    """Return a Trainer that teaches the model to answer; it has not trained yet.

    Args:
        model: The model; it is not changed here.
        tokenizer: Its tokenizer, perhaps without a pad; it is not changed either.
        dataset: Rows of "instruction", "input" and "output"; or a dict of such with
            "train" and, to evaluate on, "test".
        args: How to train.

    Raises:
        ValueError: No row to train on has anything to learn.
    """
    raise NotImplementedError("a6_finetune: implement build_trainer")


def finetune(
    model_folder: str,
    dataset: Dataset | DatasetDict,
    output_dir: str,
    **overrides: Any,
) -> dict[str, Any]:
    """Fine-tune the model of a folder and save it.

    Args:
        model_folder: What `from_pretrained` takes; it is only read.
        dataset: As of `build_trainer`.
        output_dir: Where the model and its tokenizer go.
        **overrides: As of `make_training_arguments`.

    Returns:
        "losses", one for each time that the training loss was logged, and "folder",
        where the model is.
    """
    raise NotImplementedError("a6_finetune: implement finetune")


def _tokenize(
    rows: Dataset, tokenizer: PreTrainedTokenizerBase, max_length: int
) -> Dataset:
    """Return the rows as ids, mask and labels, without those that teach nothing."""
    tokenize = partial(tokenize_function, tokenizer=tokenizer, max_length=max_length)
    tokenized = rows.map(tokenize, batched=True, remove_columns=rows.column_names)
    return tokenized.filter(_has_labels)


def _has_labels(row: dict[str, list[int]]) -> bool:
    return any(label != IGNORED for label in row["labels"])


@contextmanager
def _own_random_numbers() -> Iterator[None]:
    """Put the global random states back: a Trainer sets the seed of all of them."""
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - the global one
    with torch.random.fork_rng():
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)  # noqa: NPY002 - the global one
