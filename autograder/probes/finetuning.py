"""Ask a submission's fine-tuning for its settings, its batches, its losses, its steps.

Models and tokenizers come as the files of a folder, as in `checkpoints`.  Trainers are
built with arguments of the probe's own, on the CPU, with the rows in their order.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

import torch

from .checkpoints import Files, facts, loaded, quiet, weights

Columns = dict[str, list[Any]]


def settings(
    make: Callable[..., Any],
    names: list[str],
    output_dir: str,
    overrides: dict[str, Any],
) -> dict[str, Any]:
    """Return these settings of the training arguments that a function makes.

    Raises:
        TypeError: It makes something else.
    """
    from transformers import TrainingArguments  # noqa: PLC0415 - takes seconds

    with quiet():
        made = _required(make(output_dir, **overrides), TrainingArguments)
    found = {name: getattr(made, name) for name in names}
    return {
        name: value.value if isinstance(value, Enum) else value
        for name, value in found.items()
    }


def batches(
    build: Callable[..., Any],
    files: Files,
    columns: Columns,
    arguments: dict[str, Any],
) -> list[dict[str, Any]]:
    """Return the batches that the model would be trained on, in their order."""
    with _trainer(build, files, columns, arguments) as trainer:
        return [dict(batch) for batch in trainer.get_train_dataloader()]


def losses(
    build: Callable[..., Any],
    files: Files,
    columns: Columns,
    arguments: dict[str, Any],
    n_items: int,
) -> list[Any]:
    """Return the loss of each batch, where a step has so many tokens that count."""
    items = torch.tensor(n_items)
    with _trainer(build, files, columns, arguments) as trainer:
        model = trainer.model.train()
        return [
            trainer.compute_loss(model, dict(batch), num_items_in_batch=items).detach()
            for batch in trainer.get_train_dataloader()
        ]


def evaluated(
    build: Callable[..., Any],
    files: Files,
    columns: Columns,
    test_columns: Columns,
    arguments: dict[str, Any],
) -> float:
    """Return the loss that the Trainer reports on other rows than it trains on."""
    from datasets import Dataset, DatasetDict  # noqa: PLC0415 - takes a second

    parts = {"train": columns, "test": test_columns}
    rows = DatasetDict({name: Dataset.from_dict(parts[name]) for name in parts})
    with _trainer(build, files, rows, arguments) as trainer:
        loss: float = trainer.evaluate()["eval_loss"]
        return loss


def trained(
    build: Callable[..., Any],
    files: Files,
    columns: Columns,
    arguments: dict[str, Any],
) -> dict[str, torch.Tensor]:
    """Return the weights after a training run."""
    with _trainer(build, files, columns, arguments) as trainer:
        trainer.train()
        return weights(trainer.model)


def left_by(
    build: Callable[..., Any], files: Files, columns: Columns, frozen: list[str]
) -> dict[str, Any]:
    """Return what a model, a tokenizer and rows are after a Trainer was built of them.

    Args:
        build: Builds the Trainer.
        files: The folder.
        columns: The rows.
        frozen: Names of weights that shall not be trained.
    """
    from datasets import Dataset  # noqa: PLC0415 - takes a second

    model, tokenizer = loaded(files)
    for name in frozen:
        model.get_parameter(name).requires_grad_(requires_grad=False)
    rows = Dataset.from_dict(columns)
    with tempfile.TemporaryDirectory() as folder, quiet():
        _built(build, model, tokenizer, rows, _arguments(folder, {}))
    named = model.named_parameters()
    return {
        "rows": rows.to_dict(),
        "tokenizer": facts(tokenizer),
        "vocabulary": model.get_input_embeddings().num_embeddings,
        "trainable": [name for name, weight in named if weight.requires_grad],
    }


def on_cpu(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a run on the CPU that prints no bars."""
    alone = {"use_cpu": True, "dataloader_pin_memory": False, "disable_tqdm": True}
    return alone | arguments


@contextmanager
def _trainer(
    build: Callable[..., Any], files: Files, rows: Any, arguments: dict[str, Any]
) -> Iterator[Any]:
    """Yield the Trainer that a function builds."""
    from datasets import Dataset  # noqa: PLC0415 - takes a second
    from transformers import PrinterCallback  # noqa: PLC0415 - takes seconds

    rows = Dataset.from_dict(rows) if type(rows) is dict else rows
    with tempfile.TemporaryDirectory() as folder, quiet():
        trainer = _built(build, *loaded(files), rows, _arguments(folder, arguments))
        trainer.remove_callback(PrinterCallback)
        yield trainer


def _built(build: Callable[..., Any], *parts: Any) -> Any:
    from transformers import Trainer  # noqa: PLC0415 - takes seconds

    return _required(build(*parts), Trainer)


def _required(made: Any, wanted: type) -> Any:
    if not isinstance(made, wanted):
        name = type(made).__name__
        raise TypeError(f"expected a {wanted.__name__}, got a {name}")
    return made


def _arguments(folder: str, arguments: dict[str, Any]) -> Any:
    from transformers import TrainingArguments  # noqa: PLC0415 - takes seconds

    own = {
        "logging_strategy": "no",
        "report_to": "none",
        "save_strategy": "no",
        "train_sampling_strategy": "sequential",
    }
    return TrainingArguments(output_dir=folder, **on_cpu(own | arguments))
