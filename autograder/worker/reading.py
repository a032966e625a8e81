"""Reads a body back into its value, whatever the bytes."""

import json
import math
import re
import reprlib
from collections.abc import Callable
from typing import Any, Never

import numpy as np
import torch

from autograder.worker.plain import (
    CAPS,
    NUMPY,
    NUMPY_NAMES,
    PREFIX,
    TORCH,
    Block,
    Caps,
    Decoded,
    Handle,
    Origin,
    WireError,
    extent,
    is_64_bit,
    is_boolean,
    is_count,
    is_key,
    is_type_name,
    is_unicode,
)

_DEVICE = re.compile(r"[a-z]{1,32}(:[0-9]{1,3})?")


def decode(body: bytearray | memoryview, caps: Caps = CAPS) -> Any:
    """Read a body back into its value; the tensors are on the CPU and part of the body.

    Raises:
        WireError: The bytes are no body of ours; nothing else is raised.
    """
    return decode_with_origins(body, caps).value


def decode_with_origins(body: bytearray | memoryview, caps: Caps = CAPS) -> Decoded:
    """Read a body as `decode` does, and what its tensors were at the sender.

    Raises:
        WireError: The bytes are no body of ours; nothing else is raised.
    """
    view = memoryview(body).cast("B")
    if len(view) > caps.bytes:
        raise WireError(f"expected at most {caps.bytes} bytes, got {len(view)}")
    if view.readonly:
        view = memoryview(bytearray(view))
    n_header = int.from_bytes(view[:PREFIX], "little")
    start = PREFIX + n_header
    if n_header > caps.message_bytes or start > len(view) or n_header % 8:
        raise WireError(f"a header of {n_header} bytes in a body of {len(view)}")
    header = _parse(view[PREFIX:start])
    match header:
        case {"__metadata__": {"message": str(message), **rest}, **entries} if not rest:
            blocks = _read_blocks(entries, view[start:], caps)
        case _:
            raise WireError(f"expected one message, got {reprlib.repr(header)}")
    reader = _Reader(blocks, caps)
    value = reader.read(_parse(message), 0)
    if reader.n_taken != len(blocks):
        raise WireError(f"{len(blocks)} tensors, of which {reader.n_taken} are named")
    return Decoded(value=value, origins=tuple(reader.origins))


class _Reader:
    """Turns JSON and blocks back into a value; refuses what no writer writes."""

    def __init__(self, blocks: list[Block], caps: Caps) -> None:
        self.origins: list[Origin] = []
        self.n_taken = 0
        self._blocks = blocks
        self._caps = caps
        self._n_items = 0

    def read(self, node: Any, depth: int) -> Any:
        self._n_items += 1
        if self._n_items > self._caps.items:
            raise WireError(f"more than {self._caps.items} values")
        kind = type(node)
        if node is None or kind is bool:
            return node
        if (kind is int and is_64_bit(node)) or (kind is str and is_unicode(node)):
            return node
        if kind is list and node and type(node[0]) is str and node[0] in _READERS:
            return _READERS[node[0]](self, node[1:], depth)
        raise WireError(f"expected a value, got {reprlib.repr(node)}")

    def read_list(self, parts: list[Any], depth: int) -> list[Any]:
        self._check_depth(depth)
        return [self.read(part, depth + 1) for part in parts]

    def read_tuple(self, parts: list[Any], depth: int) -> tuple[Any, ...]:
        return tuple(self.read_list(parts, depth))

    def read_dict(self, parts: list[Any], depth: int) -> dict[Any, Any]:
        self._check_depth(depth)
        value = {}
        n_not_str = 0
        for part in parts:
            match part:
                case [key_node, item_node]:
                    key = self.read(key_node, depth + 1)
                case _:
                    raise WireError(f"expected a pair, got {reprlib.repr(part)}")
            n_not_str += type(key) is not str
            if not is_key(key) or n_not_str > self._caps.keys or key in value:
                raise WireError(f"expected another key, got {reprlib.repr(key)}")
            value[key] = self.read(item_node, depth + 1)
        return value

    def read_float(self, parts: list[Any], _: int) -> float:
        try:
            value = float.fromhex(*parts)
        except (TypeError, ValueError, OverflowError):
            value = None
        if value is None or [value.hex()] != parts:
            raise WireError(f"expected a hexadecimal float, got {reprlib.repr(parts)}")
        return value

    def read_tensor(self, parts: list[Any], _: int) -> torch.Tensor:
        match parts:
            case [index, str(device), bool(requires_grad)] if _DEVICE.fullmatch(device):
                block = self._take(index)
            case _:
                raise WireError(f"expected a tensor, got {reprlib.repr(parts)}")
        dtype = TORCH[block.dtype]
        if requires_grad and not dtype.is_floating_point:
            raise WireError(f"a tensor of dtype {dtype} that requires a gradient")
        self.origins.append(Origin(device=device, requires_grad=requires_grad))
        if not block.data.nbytes:
            return torch.empty(block.shape, dtype=dtype, device="cpu")
        return torch.frombuffer(block.data, dtype=dtype).reshape(block.shape)

    def read_array(self, parts: list[Any], _: int) -> np.ndarray[Any, Any]:
        if len(parts) != 1:
            raise WireError(f"expected an index, got {reprlib.repr(parts)}")
        block = self._take(parts[0])
        if block.dtype not in NUMPY:
            raise WireError(f"a numpy array of dtype {block.dtype}")
        flat = np.asarray(block.data).view(NUMPY[block.dtype])
        return flat.reshape(block.shape)

    def read_handle(self, parts: list[Any], _: int) -> Handle:
        match parts:
            case [number, name] if is_count(number) and is_type_name(name):
                return Handle(id=number, type_name=name)
        raise WireError(f"expected a handle, got {reprlib.repr(parts)}")

    def _take(self, index: object) -> Block:
        n_blocks = len(self._blocks)
        if type(index) is not int or index != self.n_taken or index == n_blocks:
            got = reprlib.repr(index)
            raise WireError(f"expected tensor {self.n_taken} of {n_blocks}, got {got}")
        self.n_taken += 1
        block = self._blocks[index]
        if block.dtype == "BOOL" and not is_boolean(block.data):
            raise WireError("a bool tensor with bytes other than 0 and 1")
        return block

    def _check_depth(self, depth: int) -> None:
        if depth >= self._caps.depth:
            raise WireError(f"nested deeper than {self._caps.depth}")


_READERS: dict[str, Callable[[_Reader, list[Any], int], Any]] = {
    "list": _Reader.read_list,
    "tuple": _Reader.read_tuple,
    "dict": _Reader.read_dict,
    "float": _Reader.read_float,
    "tensor": _Reader.read_tensor,
    "array": _Reader.read_array,
    "handle": _Reader.read_handle,
}


def _read_blocks(entries: dict[Any, Any], data: memoryview, caps: Caps) -> list[Block]:
    if len(entries) > caps.tensors:
        raise WireError(f"expected at most {caps.tensors} tensors, got {len(entries)}")
    blocks, spans = [], []
    for index in range(len(entries)):
        block, begin = _read_block(entries.get(str(index)), data, caps)
        blocks.append(block)
        spans.append((begin, block.data.nbytes, block.item_size))
    end, smallest = 0, max(dtype.itemsize for dtype in NUMPY_NAMES)
    # At one place the empty ones come first, the larger items before the smaller.
    for begin, n_bytes, item_size in sorted(spans, key=lambda s: (s[0], s[1], -s[2])):
        if begin != end or item_size > smallest:
            raise WireError(f"a tensor at byte {begin}, out of order or out of place")
        end, smallest = begin + n_bytes, item_size
    if end != len(data):
        raise WireError(f"expected {end} bytes of tensors, got {len(data)}")
    return blocks


def _read_block(entry: object, data: memoryview, caps: Caps) -> tuple[Block, int]:
    match entry:
        case {
            "dtype": str(dtype),
            "shape": list(shape),
            "data_offsets": [begin, end],
            **rest,
        } if (
            not rest
            and dtype in TORCH
            and len(shape) <= caps.dims
            and all(map(is_count, (*shape, begin, end)))
        ):
            block = Block(dtype=dtype, shape=shape, data=data[begin:end])
        case _:
            raise WireError(f"expected a tensor's entry, got {reprlib.repr(entry)}")
    n_bytes = block.item_size * math.prod(shape)
    fits = extent(block.item_size, shape) <= caps.bytes
    if not fits or n_bytes != end - begin or n_bytes != block.data.nbytes:
        raise WireError(f"{shape} of {dtype} in the bytes {begin} to {end}")
    return block, begin


def _parse(source: str | memoryview) -> Any:
    try:
        return _decode(source if isinstance(source, str) else str(source, "utf-8"))
    except (ValueError, RecursionError, MemoryError) as error:
        raise WireError(f"not JSON: {type(error).__name__}: {error}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise WireError("a JSON object with a key twice")
    return value


def _refuse(text: str) -> Never:
    raise WireError(f"expected an int, got {reprlib.repr(text)}")


# Made once: it takes longer to make one than to read most messages.
_decode = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=_refuse, parse_constant=_refuse
).decode
