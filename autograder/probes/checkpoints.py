"""Write a model's folder from the files that it is to have, and read it.

The files are each file's text by its name, and the weights by theirs.
"""

from __future__ import annotations

import gc
import hashlib
import io
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from copy import deepcopy
from pathlib import Path
from typing import Any

import torch

Files = dict[str, Any]
_read: dict[str, Any] = {}


def loaded(files: Files) -> Any:
    """Return a model and a tokenizer of their own, read once from such files."""
    from transformers import AutoTokenizer  # noqa: PLC0415 - takes seconds

    key = _key(files)
    if key not in _read:
        with tempfile.TemporaryDirectory() as folder, quiet():
            write(Path(folder), files)
            tokenizer = AutoTokenizer.from_pretrained(folder)
            _read[key] = (read_model(Path(folder)), tokenizer)
    return deepcopy(_read[key])


def write(folder: Path, files: Files) -> None:
    """Write the folder."""
    from safetensors.torch import save_file  # noqa: PLC0415 - not in every profile

    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        if isinstance(content, str):
            (folder / name).write_text(content, encoding="utf-8", newline="\n")
        else:
            save_file(content, folder / name, metadata={"format": "pt"})


def read_model(folder: Path) -> Any:
    """Return the model of a folder, as it was saved."""
    from transformers import AutoModelForCausalLM  # noqa: PLC0415 - takes seconds

    return AutoModelForCausalLM.from_pretrained(folder)


def weights(model: Any) -> dict[str, torch.Tensor]:
    """Return a copy of a model's weights by their names."""
    return {name: value.clone() for name, value in model.state_dict().items()}


def facts(tokenizer: Any) -> dict[str, Any]:
    """Return what tells one tokenizer from another."""
    names = ("pad_token", "eos_token", "padding_side", "model_max_length")
    facts = {name: getattr(tokenizer, name) for name in names}
    return facts | {"tokens": len(tokenizer), "template": tokenizer.chat_template}


@contextmanager
def quiet() -> Iterator[None]:
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
