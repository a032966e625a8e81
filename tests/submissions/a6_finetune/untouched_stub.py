# promise: all NOT_ATTEMPTED
"""Fine-tune a language model on instructions, with Hugging Face's Trainer."""

from typing import Any

from datasets import Dataset, DatasetDict
from transformers import (
    PreTrainedModel,
    PreTrainedTokenizerBase,
    Trainer,
    TrainingArguments,
)


def make_training_arguments(output_dir: str, **overrides: Any) -> TrainingArguments:
    """Return how to train: the course's defaults, each of which may be overridden.

    Args:
        output_dir: The folder for what the run leaves.
        **overrides: Arguments of `TrainingArguments`, which win over the defaults.
    """
    raise NotImplementedError("a6_finetune: implement make_training_arguments")


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
