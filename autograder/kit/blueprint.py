"""Describes the tokenizer of a check as plain data, from which a probe makes it too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokenizers import Tokenizer

from autograder.kit.failures import CheckFailed
from autograder.kit.structure import assert_type, describe
from autograder.kit.tokenizer import PAD, load_tokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

MODEL_MAX_LENGTH = 1 << 20
"""Of every tokenizer here: above every text, for the library logs what is longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """A tokenizer as data.

    Attributes:
        json: text of its `tokenizer.json`.
        options: what the constructor takes besides, as pairs.
    """

    json: str
    options: tuple[tuple[str, Any], ...]

    @property
    def data(self) -> dict[str, Any]:
        """What the probes of `tokenizing` take."""
        return {"json": self.json, "options": dict(self.options)}

    @property
    def library(self) -> PreTrainedTokenizerFast:
        """The Hugging Face tokenizer, one for all checks: not to be changed."""
        return _library(self)

    def encode(self, text: str) -> list[int]:
        """Return the ids of plain text: no BOS, and special tokens' text is text."""
        return _plain(self.json).encode(text, add_special_tokens=False).ids

    def decode(self, ids: list[int]) -> str:
        """Return the text of ids, special tokens included."""
        return _plain(self.json).decode(ids, skip_special_tokens=False)

    def read(self, ids: Any, what: str) -> str:
        """Return the text of a submission's ids, special tokens left out.

        Raises:
            CheckFailed: if it is no list of tokens' ids.
        """
        assert_type(ids, list, what)
        most = len(self.library)
        for index, token in enumerate(ids):
            assert_type(token, int, f"{what}[{index}]")
            if not 0 <= token < most:
                raise CheckFailed(
                    "wrong tokens",
                    what=f"{what}[{index}]",
                    expected=f"an id from 0 to {most - 1}",
                    got=describe(token),
                )
        return str(self.library.decode(ids, skip_special_tokens=True))


@cache
def blueprint(
    folder: Path | None = None, *, bos: bool = True, pad: str | None = "own"
) -> Blueprint:
    """Describe the embedded tokenizer, or the one in a folder, changed or not.

    Args:
        folder: what `save_pretrained` wrote; None: the embedded tokenizer.
        bos: whether there is a BOS, which then comes before every text.
        pad: "own": a token of its own; "eos": the end's; None: there is none.
    """
    tokenizer: Any = _loaded(folder)
    pads = {"own": tokenizer.pad_token or PAD, "eos": tokenizer.eos_token, None: None}
    options = {
        "bos_token": tokenizer.bos_token if bos else None,
        "eos_token": tokenizer.eos_token,
        "pad_token": pads[pad],
        "model_max_length": MODEL_MAX_LENGTH,
        "clean_up_tokenization_spaces": False,
    }
    if not bos:
        options["add_bos_token"] = False
    return Blueprint(
        json=tokenizer.backend_tokenizer.to_str(), options=tuple(options.items())
    )


@cache
def _loaded(folder: Path | None) -> PreTrainedTokenizerFast:
    if folder is None:
        return load_tokenizer()
    from transformers import AutoTokenizer  # noqa: PLC0415 - takes seconds

    loaded: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    tokenizer: PreTrainedTokenizerFast = loaded
    return tokenizer


@cache
def _library(described: Blueprint) -> PreTrainedTokenizerFast:
    from transformers import PreTrainedTokenizerFast  # noqa: PLC0415 - takes seconds

    made: Any = PreTrainedTokenizerFast
    backend = Tokenizer.from_str(described.json)
    tokenizer: PreTrainedTokenizerFast = made(
        tokenizer_object=backend, **dict(described.options)
    )
    return tokenizer


@cache
def _plain(json: str) -> Tokenizer:
    tokenizer = Tokenizer.from_str(json)
    tokenizer.encode_special_tokens = True
    return tokenizer
