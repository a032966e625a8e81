"""What may cross the border: types, dtypes, caps and the two ways to refuse."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

_DTYPES = {
    "BOOL": "bool",
    "U8": "uint8",
    "I8": "int8",
    "I16": "int16",
    "I32": "int32",
    "I64": "int64",
    "F16": "float16",
    "BF16": "bfloat16",
    "F32": "float32",
    "F64": "float64",
}


TORCH = {name: getattr(torch, dtype) for name, dtype in _DTYPES.items()}


NUMPY = {name: np.dtype(_DTYPES[name]) for name in _DTYPES if name != "BF16"}


TORCH_NAMES = {dtype: name for name, dtype in TORCH.items()}


NUMPY_NAMES = {dtype: name for name, dtype in NUMPY.items()}


_SURROGATE = re.compile("[\ud800-\udfff]")


_LONGEST_NAME = 80


PREFIX = 8


class WireError(Exception):
    """Bytes that are not a frame of ours: malformed, over a cap or cut short.

    The text may quote them, so it is not for a student to read.
    """


class Unsendable(Exception):  # noqa: N818 - it names the value, not a mistake of ours
    """A value that may not cross; the text names it, such as "a BatchEncoding".

    Attributes:
        path: Where it is in the whole value, such as "['labels'][0]"; it quotes keys.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.path = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What one value may take, when written and when read.

    Attributes:
        bytes: The whole body.
        message_bytes: Its JSON: all text and all structure.
        depth: Containers around a value.
        items: Values, containers and keys.
        tensors: Tensors and arrays.
        dims: Dimensions of a tensor.
        keys: Keys of one dict that are not strings: their hashes can be made to
            collide, and then the dict takes time quadratic in them.
    """

    bytes: int = 256 << 20
    message_bytes: int = 8 << 20
    depth: int = 32
    items: int = 1_000_000
    tensors: int = 4096
    dims: int = 16
    keys: int = 1024


CAPS = Caps()
REPLY_CAPS = Caps(
    bytes=240 << 20, message_bytes=7 << 20, depth=24, items=900_000, tensors=4000
)
"""Of what a worker answers: less, so that a check can send any answer back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handle:
    """A reference to an object that stays in the worker."""

    id: int
    type_name: str


def mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """`value` with `change` applied to what its lists, tuples and dicts hold."""
    if type(value) in (list, tuple):
        return type(value)(mapped(item, change) for item in value)
    if type(value) is dict:
        return {key: mapped(item, change) for key, item in value.items()}
    return change(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a decoded tensor was at the sender, by the sender's word."""

    device: str
    requires_grad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A value and the origins of its tensors, in the order of a walk through it."""

    value: Any
    origins: tuple[Origin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The name of a tensor's dtype, its shape and its bytes."""

    dtype: str
    shape: list[int]
    data: memoryview

    @property
    def item_size(self) -> int:
        """Bytes of one item."""
        return int(TORCH[self.dtype].itemsize)


def type_name(value: object) -> str:
    """Name the type of any object: "object" unless the name is a short identifier."""
    # Through the descriptor: a metaclass may answer `__name__` with anything.
    name = type.__dict__["__name__"].__get__(type(value))
    return name if is_type_name(name) else "object"


def is_64_bit(number: int) -> bool:
    """Whether an int fits 64 bits with its sign."""
    return -(1 << 63) <= number < 1 << 63


def is_count(number: object) -> bool:
    """Whether something is an int, not a bool, from 0 to the largest of 64 bits."""
    return type(number) is int and 0 <= number < 1 << 63


def is_unicode(text: str) -> bool:
    """Whether a text has no lone surrogate, so that it has an encoding."""
    return text.isascii() or _SURROGATE.search(text) is None


def is_type_name(name: object) -> bool:
    """Whether something is a short identifier."""
    return type(name) is str and len(name) <= _LONGEST_NAME and name.isidentifier()


def is_key(key: object) -> bool:
    """Whether something may be the key of a dict that crosses."""
    return _is_scalar(key) or (type(key) is tuple and all(map(_is_scalar, key)))


def _is_scalar(key: object) -> bool:
    return key is None or any(type(key) is kind for kind in (str, int, bool, float))


def is_boolean(data: memoryview) -> bool:
    """Whether all bytes are 0 or 1."""
    return bool(np.asarray(data).max(initial=0) <= 1)


def extent(item_size: int, shape: Sequence[int]) -> int:
    """Bytes of a tensor as if it had no empty dimension: its strides grow as far."""
    return item_size * math.prod(max(size, 1) for size in shape)
