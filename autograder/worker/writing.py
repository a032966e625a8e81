"""Writes a value as a body, which is a safetensors blob."""

import json
import math
import reprlib
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import torch

from autograder.worker.plain import (
    CAPS,
    NUMPY_NAMES,
    PREFIX,
    TORCH_NAMES,
    Block,
    Caps,
    Handle,
    Unsendable,
    extent,
    is_64_bit,
    is_boolean,
    is_count,
    is_key,
    is_type_name,
    is_unicode,
    type_name,
)

Json: TypeAlias = "bool | int | str | list[Json] | None"


def encode(value: object, caps: Caps = CAPS) -> list[memoryview]:
    """Write a value as the pieces of one body, to be sent before the value changes.

    Raises:
        Unsendable: The value, or one inside it, may not cross.
    """
    writer = _Writer(caps)
    message = _dump(writer.write(value, 0))
    header: dict[str, Any] = {"__metadata__": {"message": message}}
    # Large items first: then every offset is a multiple of its item size.
    order = sorted(enumerate(writer.blocks), key=lambda item: -item[1].item_size)
    end = 0
    for index, block in order:
        begin, end = end, end + block.data.nbytes
        header[str(index)] = {
            "dtype": block.dtype,
            "shape": block.shape,
            "data_offsets": [begin, end],
        }
    text = _dump(header).encode()
    text += b" " * (-len(text) % 8)
    if len(text) > caps.message_bytes:
        raise Unsendable(f"more than {caps.message_bytes} bytes of text and structure")
    if PREFIX + len(text) + end > caps.bytes:
        raise Unsendable(f"more than {caps.bytes} bytes")
    prefix = len(text).to_bytes(PREFIX, "little")
    return [memoryview(prefix + text), *(block.data for _, block in order)]


class _Writer:
    """Turns a value into JSON and blocks, and counts what they take."""

    def __init__(self, caps: Caps) -> None:
        self.blocks: list[Block] = []
        self._caps = caps
        self._n_items = 0
        self._n_bytes = 0
        self._n_characters = 0

    def write(self, value: object, depth: int) -> Json:
        self._n_items += 1
        if self._n_items > self._caps.items:
            raise Unsendable(f"more than {self._caps.items} values")
        # By identity: as a dict's key, a class can pretend to be one of ours.
        for kind, write in _WRITERS:
            if type(value) is kind:
                return write(self, value, depth)
        raise Unsendable(_with_article(type_name(value)))

    def write_constant(self, value: bool | None, _: int) -> Json:  # noqa: FBT001 - a value
        return value

    def write_int(self, value: int, _: int) -> Json:
        if not is_64_bit(value):
            raise Unsendable("an int over 64 bits")
        return value

    def write_str(self, value: str, _: int) -> Json:
        self._n_characters += len(value)
        if self._n_characters > self._caps.message_bytes:
            raise Unsendable(f"more than {self._caps.message_bytes} characters")
        if not is_unicode(value):
            raise Unsendable("a str that is not valid Unicode")
        return value

    def write_float(self, value: float, _: int) -> Json:
        return ["float", value.hex()]

    def write_list(self, value: list[Any] | tuple[Any, ...], depth: int) -> Json:
        tag = type(value).__name__
        self._check_depth(tag, depth)
        return [tag, *(self._write_at(i, item, depth) for i, item in enumerate(value))]

    def write_dict(self, value: dict[Any, Any], depth: int) -> Json:
        self._check_depth("dict", depth)
        if sum(type(key) is not str for key in value) > self._caps.keys:
            raise Unsendable(f"a dict of more than {self._caps.keys} keys besides str")
        node: list[Json] = ["dict"]
        for key, item in value.items():
            if not is_key(key):
                raise Unsendable(f"{_with_article(type_name(key))} as a dict key")
            node.append([self.write(key, depth + 1), self._write_at(key, item, depth)])
        return node

    def _write_at(self, key: object, item: object, depth: int) -> Json:
        try:
            return self.write(item, depth + 1)
        except Unsendable as error:
            error.path = f"[{reprlib.repr(key)}]{error.path}"
            raise

    def write_tensor(self, value: torch.Tensor, _: int) -> Json:
        if value.is_nested or value.layout is not torch.strided:
            raise Unsendable("a tensor that is not dense")
        if value.is_meta:
            raise Unsendable("a tensor without data (device meta)")
        dtype = TORCH_NAMES.get(value.dtype)
        if dtype is None:
            raise Unsendable(f"a tensor of dtype {value.dtype}")
        self._check_size(value.element_size(), value.shape)
        try:
            dense = value.detach().resolve_neg().cpu().contiguous()
            # A lone item may keep a stride that a view as bytes does not accept.
            flat = dense.as_strided((dense.numel(),), (1,))
            data = flat.view(torch.uint8).numpy().data
        except RuntimeError:  # it escaped from a transform, or its storage was freed
            raise Unsendable("a tensor that cannot be read") from None
        index = self._add_block(dtype, value.shape, data)
        return ["tensor", index, str(value.device), value.requires_grad]

    def write_array(self, value: np.ndarray[Any, Any], _: int) -> Json:
        dtype = NUMPY_NAMES.get(value.dtype)
        if dtype is None:
            raise Unsendable(f"a numpy array of dtype {value.dtype.str}")
        self._check_size(value.itemsize, value.shape)
        flat = np.asarray(value, order="C").reshape(-1)
        return ["array", self._add_block(dtype, value.shape, flat.view(np.uint8).data)]

    def write_handle(self, value: Handle, _: int) -> Json:
        if not (is_count(value.id) and is_type_name(value.type_name)):
            raise Unsendable("a malformed Handle")
        return ["handle", value.id, value.type_name]

    def _check_depth(self, tag: str, depth: int) -> None:
        if depth >= self._caps.depth:
            raise Unsendable(f"a {tag} nested deeper than {self._caps.depth}")

    def _check_size(self, item_size: int, shape: Sequence[int]) -> None:
        if len(shape) > self._caps.dims:
            raise Unsendable(f"a tensor of more than {self._caps.dims} dimensions")
        if len(self.blocks) >= self._caps.tensors:
            raise Unsendable(f"more than {self._caps.tensors} tensors")
        self._n_bytes += item_size * math.prod(shape)
        if max(self._n_bytes, extent(item_size, shape)) > self._caps.bytes:
            raise Unsendable(f"more than {self._caps.bytes} bytes of tensors")

    def _add_block(self, dtype: str, shape: Sequence[int], data: memoryview) -> int:
        if dtype == "BOOL" and not is_boolean(data):
            raise Unsendable("a bool tensor with bytes other than 0 and 1")
        self.blocks.append(Block(dtype=dtype, shape=list(shape), data=data))
        return len(self.blocks) - 1


_WRITERS: tuple[tuple[type, Callable[[_Writer, Any, int], Json]], ...] = (
    (int, _Writer.write_int),
    (str, _Writer.write_str),
    (float, _Writer.write_float),
    (list, _Writer.write_list),
    (dict, _Writer.write_dict),
    (bool, _Writer.write_constant),
    (type(None), _Writer.write_constant),
    (tuple, _Writer.write_list),
    (torch.Tensor, _Writer.write_tensor),
    (np.ndarray, _Writer.write_array),
    (Handle, _Writer.write_handle),
)


# Made once: it takes longer to make one than to write most messages.
_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _with_article(name: str) -> str:
    return f"an {name}" if name[0] in "aeioAEIO" else f"a {name}"
