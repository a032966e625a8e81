"""Ask a submission's fine-tuning for its settings, its batches, its losses, its steps.

Models and tokenizers come as the files of a folder: each file's text by its name, and
the weights by theirs.  Trainers are built with arguments of the probe's own, on the
CPU, with the rows in their order.
"""

from __future__ import annotations

import gc
import hashlib
import io
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from copy import deepcopy
from enum import Enum
from pathlib import Path
from typing import Any

import torch

Files = dict[str, Any]
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

    with _quiet():
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
        return _weights(trainer.model)


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

    model, tokenizer = _loaded(files)
    for name in frozen:
        model.get_parameter(name).requires_grad_(requires_grad=False)
    rows = Dataset.from_dict(columns)
    with tempfile.TemporaryDirectory() as folder, _quiet():
        _built(build, model, tokenizer, rows, _arguments(folder, {}))
    named = model.named_parameters()
    return {
        "rows": rows.to_dict(),
        "tokenizer": _facts(tokenizer),
        "vocabulary": model.get_input_embeddings().num_embeddings,
        "trainable": [name for name, weight in named if weight.requires_grad],
    }


def finetuned(
    finetune: Callable[..., Any],
    files: Files,
    columns: Columns,
    overrides: dict[str, Any],
) -> dict[str, Any]:
    """Return what a run on the CPU answers and leaves.

    Returns:
        "losses"; "is_where_asked", whether the answered folder is the one asked for;
        "is_source_kept", whether the folder that the model came from is as it was; and
        "weights" and "tokenizer" as they are read from the folder asked for.
    """
    from transformers import AutoTokenizer  # noqa: PLC0415 - takes seconds

    with _run(finetune, files, columns, overrides) as (answer, source, target):
        kept = source.with_name("kept")
        _write(kept, files)
        return {
            "losses": answer["losses"],
            "is_where_asked": Path(answer["folder"]).resolve() == target,
            "is_source_kept": _contents(source) == _contents(kept),
            "weights": _weights(_read_model(target)),
            "tokenizer": _facts(AutoTokenizer.from_pretrained(target)),
        }


def run(
    finetune: Callable[..., Any],
    files: Files,
    columns: Columns,
    overrides: dict[str, Any],
) -> Callable[[], None]:
    """Return a function without arguments that makes such a run."""

    def run_once() -> None:
        with _run(finetune, files, columns, overrides):
            pass

    return run_once


def answering(
    finetune: Callable[..., Any],
    files: Files,
    columns: Columns,
    overrides: dict[str, Any],
) -> Callable[[list[list[int]], int], dict[str, Any]]:
    """Return a function that makes such a run and asks the model that it saves.

    The function takes prompts and how many tokens an answer may have at most.  It
    returns the "losses" of the run and the "answers": the likeliest tokens, one after
    the other, up to the end that the model gives.
    """

    def ask(prompts: list[list[int]], most_new: int) -> dict[str, Any]:
        with _run(finetune, files, columns, overrides) as (answer, _, target):
            model = _read_model(target)
        answers = [_continued(model, prompt, most_new) for prompt in prompts]
        return {"losses": answer["losses"], "answers": answers}

    return ask


def _continued(model: Any, prompt: list[int], most_new: int) -> list[int]:
    """Return the likeliest tokens after a prompt, up to the end, which is the last."""
    ids = torch.tensor([prompt])
    with torch.no_grad():
        for _ in range(most_new):
            following = model(ids).logits[:, -1:].argmax(-1)
            ids = torch.cat([ids, following], dim=1)
            if int(following) == model.config.eos_token_id:
                break
    found: list[int] = ids[0, len(prompt) :].tolist()
    return found


@contextmanager
def _run(
    finetune: Callable[..., Any],
    files: Files,
    columns: Columns,
    overrides: dict[str, Any],
) -> Iterator[tuple[Any, Path, Path]]:
    """Yield a run's answer, the folder that it read, and the one for what it wrote."""
    from datasets import Dataset  # noqa: PLC0415 - takes a second

    with tempfile.TemporaryDirectory() as folder, _quiet():
        source = Path(folder).resolve() / "source"
        target = source.with_name("target")
        _write(source, files)
        rows = Dataset.from_dict(columns)
        yield (
            finetune(str(source), rows, str(target), **_on_cpu(overrides)),
            source,
            target,
        )


@contextmanager
def _trainer(
    build: Callable[..., Any], files: Files, rows: Any, arguments: dict[str, Any]
) -> Iterator[Any]:
    """Yield the Trainer that a function builds."""
    from datasets import Dataset  # noqa: PLC0415 - takes a second
    from transformers import PrinterCallback  # noqa: PLC0415 - takes seconds

    rows = Dataset.from_dict(rows) if type(rows) is dict else rows
    with tempfile.TemporaryDirectory() as folder, _quiet():
        trainer = _built(build, *_loaded(files), rows, _arguments(folder, arguments))
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
    return TrainingArguments(output_dir=folder, **_on_cpu(own | arguments))


def _on_cpu(arguments: dict[str, Any]) -> dict[str, Any]:
    alone = {"use_cpu": True, "dataloader_pin_memory": False, "disable_tqdm": True}
    return alone | arguments


def _loaded(files: Files) -> Any:
    """Return a model and a tokenizer of their own, read once from such files."""
    from transformers import AutoTokenizer  # noqa: PLC0415 - takes seconds

    key = _key(files)
    if key not in _read:
        with tempfile.TemporaryDirectory() as folder, _quiet():
            _write(Path(folder), files)
            tokenizer = AutoTokenizer.from_pretrained(folder)
            _read[key] = (_read_model(Path(folder)), tokenizer)
    return deepcopy(_read[key])


_read: dict[str, Any] = {}


def _key(files: Files) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}/{len(content)}/".encode())
        if isinstance(content, str):
            digest.update(content.encode())
        else:
            for weight in content.values():
                digest.update(weight.view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _write(folder: Path, files: Files) -> None:
    from safetensors.torch import save_file  # noqa: PLC0415 - not in every profile

    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        if isinstance(content, str):
            (folder / name).write_text(content, encoding="utf-8", newline="\n")
        else:
            save_file(content, folder / name, metadata={"format": "pt"})


def _contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def _read_model(folder: Path) -> Any:
    from transformers import AutoModelForCausalLM  # noqa: PLC0415 - takes seconds

    return AutoModelForCausalLM.from_pretrained(folder)


def _weights(model: Any) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def _facts(tokenizer: Any) -> dict[str, Any]:
    names = ("pad_token", "eos_token", "padding_side", "model_max_length")
    facts = {name: getattr(tokenizer, name) for name in names}
    return facts | {"tokens": len(tokenizer), "template": tokenizer.chat_template}


@contextmanager
def _quiet() -> Iterator[None]:
    """Hide progress bars and what the libraries warn their users of.

    A training run begins by collecting garbage: not all of this process's.
    """
    gc.freeze()
    try:
        with warnings.catch_warnings(), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        gc.unfreeze()
