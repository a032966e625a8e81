"""Give functions their tokenizer, which cannot cross the border but is made of data.

A blueprint is `{"json": ..., "options": {...}}`: the text of a `tokenizer.json`, and
what the constructor of a Hugging Face tokenizer takes besides.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

WATCHED = (
    "bos_token",
    "eos_token",
    "pad_token",
    "unk_token",
    "all_special_tokens",
    "padding_side",
    "truncation_side",
    "model_max_length",
    "chat_template",
)


_lent: dict[Any, Any] = {}
"""The tokenizers that functions were given last."""


def with_tokenizer(
    function: Callable[..., Any], blueprint: dict[str, Any], **options: Any
) -> Callable[..., Any]:
    """Return `function` with a tokenizer like new, and other options."""
    return _bound(function, {"tokenizer": _unchanged(blueprint), **options})


def with_single_texts(
    function: Callable[..., Any], blueprint: dict[str, Any]
) -> Callable[..., Any]:
    """Return `function` with a tokenizer that takes one text at a time."""
    return _bound(function, {"tokenizer": _single(blueprint)})


def changes(
    function: Callable[..., Any], blueprint: dict[str, Any], *arguments: Any
) -> list[str]:
    """Return the names of what a call changes about its tokenizer."""
    tokenizer = _new(blueprint)
    before = _state(tokenizer)
    function(*deepcopy(arguments), tokenizer=tokenizer)
    after = _state(tokenizer)
    return [name for name in before if after[name] != before[name]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OneText:
    """What may be asked of a tokenizer where batches are made by hand."""

    encode: Callable[..., list[int]]
    decode: Callable[..., str]
    bos_token_id: int | None
    eos_token_id: int | None
    pad_token_id: int | None
    all_special_ids: tuple[int, ...]

    def __call__(self, *_: Any, **__: Any) -> None:
        """Refuse what tokenizes, cuts and pads in one go.

        Raises:
            TypeError: always.
        """
        raise TypeError(
            "this tokenizer cannot be called, for batches are what you are to make:"
            " use tokenizer.encode(text), one text at a time"
        )

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"this tokenizer has no {name!r}: it has encode, decode, bos_token_id,"
            " eos_token_id, pad_token_id and all_special_ids"
        )


def _bound(
    function: Callable[..., Any], keywords: dict[str, Any]
) -> Callable[..., Any]:
    """Return what `functools.partial` would, as a function, with its attributes."""

    def bound(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **keywords, **kwargs)

    vars(bound).update(func=function, keywords=keywords)
    return bound


def _single(blueprint: dict[str, Any]) -> OneText:
    tokenizer = _cached(blueprint)

    def encode(text: str, add_special_tokens: bool = True) -> list[int]:  # noqa: FBT001, FBT002 - as the library's own
        if not isinstance(text, str):
            raise TypeError(f"encode takes one text, got a {type(text).__name__}")
        ids: list[int] = tokenizer.encode(text, add_special_tokens=add_special_tokens)
        return ids

    def decode(ids: list[int], skip_special_tokens: bool = False) -> str:  # noqa: FBT001, FBT002 - the same
        text: str = tokenizer.decode(ids, skip_special_tokens=skip_special_tokens)
        return text

    return OneText(
        encode=encode,
        decode=decode,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        all_special_ids=tuple(tokenizer.all_special_ids),
    )


def _unchanged(blueprint: dict[str, Any]) -> Any:
    """Return a tokenizer that nobody has changed: copying one takes milliseconds."""
    key = (blueprint["json"], *blueprint["options"].items())
    if key not in _lent or _state(_lent[key]) != _state(_cached(blueprint)):
        _lent[key] = _new(blueprint)
    return _lent[key]


def _new(blueprint: dict[str, Any]) -> Any:
    return deepcopy(_cached(blueprint))


def _cached(blueprint: dict[str, Any]) -> Any:
    return _made(blueprint["json"], tuple(blueprint["options"].items()))


@cache
def _made(json: str, options: tuple[tuple[str, Any], ...]) -> Any:
    from tokenizers import Tokenizer  # noqa: PLC0415 - not in every profile
    from transformers import PreTrainedTokenizerFast  # noqa: PLC0415 - the same

    made: Any = PreTrainedTokenizerFast
    return made(tokenizer_object=Tokenizer.from_str(json), **dict(options))


def _state(tokenizer: Any) -> dict[str, Any]:
    state = {name: deepcopy(getattr(tokenizer, name)) for name in WATCHED}
    return state | {"the number of tokens": len(tokenizer)}
