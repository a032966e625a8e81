"""Have a submission fine-tune a model: ask what it answers, and read what it leaves.

A model comes as the files of its folder, as in `checkpoints`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .checkpoints import (
    Files,
    facts,
    quiet,
    read_model,
    weights,
    write,
)
from .finetuning import Columns, on_cpu


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
        "weights" and "tokenizer" as they are read from the folder asked for, the latter
        empty where there is none.
    """
    with made(finetune, files, columns, overrides) as (answer, source, target):
        kept = source.with_name("kept")
        write(kept, files)
        return {
            "losses": answer["losses"],
            "is_where_asked": Path(answer["folder"]).resolve() == target,
            "is_source_kept": _contents(source) == _contents(kept),
            "weights": weights(read_model(target)),
            "tokenizer": _tokenizer_of(target),
        }


def run(
    finetune: Callable[..., Any],
    files: Files,
    columns: Columns,
    overrides: dict[str, Any],
) -> Callable[[], None]:
    """Return a function without arguments that makes such a run."""

    def run_once() -> None:
        with made(finetune, files, columns, overrides):
            pass

    return run_once


@contextmanager
def made(
    finetune: Callable[..., Any],
    files: Files,
    columns: Columns,
    overrides: dict[str, Any],
) -> Iterator[tuple[Any, Path, Path]]:
    """Yield a run's answer, the folder that it read, and the one for what it wrote."""
    from datasets import Dataset  # noqa: PLC0415 - takes a second

    with tempfile.TemporaryDirectory() as folder, quiet():
        source = Path(folder).resolve() / "source"
        target = source.with_name("target")
        write(source, files)
        rows = Dataset.from_dict(columns)
        yield (
            finetune(str(source), rows, str(target), **on_cpu(overrides)),
            source,
            target,
        )


def _tokenizer_of(folder: Path) -> dict[str, Any]:
    from transformers import AutoTokenizer  # noqa: PLC0415 - takes seconds

    # The library's error would name a folder, which is another one every time.
    if not (folder / "tokenizer_config.json").is_file():
        return {}
    return facts(AutoTokenizer.from_pretrained(folder))


def _contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}
