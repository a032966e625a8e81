"""The wire: plain values as safetensors bodies, bodies as frames on a socket.

A frame is a little-endian u64 length and a body. A body is a safetensors blob:
`__metadata__["message"]` holds the value as JSON, the tensors and numpy arrays are the
entries "0", "1", ... in the order in which the message names them.

In the message None, bool, int and str stand for themselves; everything else is a list
with its tag first: `["list", ...]`, `["tuple", ...]`, `["dict", [key, value], ...]`,
`["float", hex]`, `["tensor", index, device, requires_grad]`, `["array", index]` and
`["handle", id, type_name]`.

Not kept: strides, two tensors being one object or sharing memory, the NaN bits of a
float (a tensor keeps its own). Not covered: a value that changes while it is written,
and crafted string keys where PYTHONHASHSEED is fixed.
"""

import json
import math
import re
import reprlib
import select
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Never, TypeAlias

import numpy as np
import torch

Json: TypeAlias = "bool | int | str | list[Json] | None"

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
_TORCH = {name: getattr(torch, dtype) for name, dtype in _DTYPES.items()}
_NUMPY = {name: np.dtype(_DTYPES[name]) for name in _DTYPES if name != "BF16"}
_TORCH_NAMES = {dtype: name for name, dtype in _TORCH.items()}
_NUMPY_NAMES = {dtype: name for name, dtype in _NUMPY.items()}

_DEVICE = re.compile(r"[a-z]{1,32}(:[0-9]{1,3})?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_NAME = 80
_PREFIX = 8
_STEP = bytes(1 << 18)
_MOST_PIECES = 64


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Handle:
    """A reference to an object that stays in the worker."""

    id: int
    type_name: str


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


def type_name(value: object) -> str:
    """Name the type of any object: "object" unless the name is a short identifier."""
    # Through the descriptor: a metaclass may answer `__name__` with anything.
    name = type.__dict__["__name__"].__get__(type(value))
    return name if _is_type_name(name) else "object"


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
    if _PREFIX + len(text) + end > caps.bytes:
        raise Unsendable(f"more than {caps.bytes} bytes")
    prefix = len(text).to_bytes(_PREFIX, "little")
    return [memoryview(prefix + text), *(block.data for _, block in order)]


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
    n_header = int.from_bytes(view[:_PREFIX], "little")
    start = _PREFIX + n_header
    if n_header > caps.message_bytes or start > len(view) or n_header % 8:
        raise WireError(f"a header of {n_header} bytes in a body of {len(view)}")
    header = _parse(view[_PREFIX:start])
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


def send_frame(
    sock: socket.socket,
    body: Iterable[bytes | bytearray | memoryview],
    deadline: float | None = None,
) -> None:
    """Send the pieces of one body as a frame.

    Args:
        sock: A connected stream socket, blocking or not.
        body: What `encode` returned.
        deadline: The latest end, by `time.monotonic()`.

    Raises:
        TimeoutError: The deadline passed; half a frame may have been sent.
        OSError: The other end is gone (`ConnectionError`), or the socket is unusable.
    """
    pieces = [memoryview(piece) for piece in body]
    prefix = sum(piece.nbytes for piece in pieces).to_bytes(_PREFIX, "little")
    pending = deque(piece for piece in (memoryview(prefix), *pieces) if piece.nbytes)
    while pending:
        _wait(sock, select.POLLOUT, deadline)
        try:
            some = islice(pending, _MOST_PIECES)
            n_sent = sock.sendmsg(some, (), socket.MSG_DONTWAIT)
        except BlockingIOError:
            continue
        while n_sent:
            piece = pending.popleft()
            if n_sent < piece.nbytes:
                pending.appendleft(piece[n_sent:])
            n_sent -= min(n_sent, piece.nbytes)


def receive_frame(
    sock: socket.socket, caps: Caps = CAPS, deadline: float | None = None
) -> bytearray | None:
    """Receive the body of one frame, None where the stream ends or is reset instead.

    Args:
        sock: A connected stream socket, blocking or not.
        caps: Of which `bytes` bounds the body.
        deadline: The latest end, by `time.monotonic()`.

    Raises:
        WireError: The frame is over the cap, or the stream ended inside it.
        TimeoutError: The deadline passed; half a frame may be lost.
        OSError: The socket is unusable.
    """
    prefix = _receive(sock, _PREFIX, deadline)
    if not prefix:
        return None
    if len(prefix) < _PREFIX:
        raise WireError(f"the stream ended after {len(prefix)} bytes of a length")
    n_bytes = int.from_bytes(prefix, "little")
    if n_bytes > caps.bytes:
        raise WireError(f"expected at most {caps.bytes} bytes, got {n_bytes} announced")
    body = _receive(sock, n_bytes, deadline)
    if len(body) < n_bytes:
        raise WireError(f"the stream ended after {len(body)} of {n_bytes} bytes")
    return body


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """The name of a tensor's dtype, its shape and its bytes."""

    dtype: str
    shape: list[int]
    data: memoryview

    @property
    def item_size(self) -> int:
        return int(_TORCH[self.dtype].itemsize)


class _Writer:
    """Turns a value into JSON and blocks, and counts what they take."""

    def __init__(self, caps: Caps) -> None:
        self.blocks: list[_Block] = []
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
        if not _is_64_bit(value):
            raise Unsendable("an int over 64 bits")
        return value

    def write_str(self, value: str, _: int) -> Json:
        self._n_characters += len(value)
        if self._n_characters > self._caps.message_bytes:
            raise Unsendable(f"more than {self._caps.message_bytes} characters")
        if not _is_unicode(value):
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
            if not _is_key(key):
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
        dtype = _TORCH_NAMES.get(value.dtype)
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
        dtype = _NUMPY_NAMES.get(value.dtype)
        if dtype is None:
            raise Unsendable(f"a numpy array of dtype {value.dtype.str}")
        self._check_size(value.itemsize, value.shape)
        flat = np.asarray(value, order="C").reshape(-1)
        return ["array", self._add_block(dtype, value.shape, flat.view(np.uint8).data)]

    def write_handle(self, value: Handle, _: int) -> Json:
        if not (_is_count(value.id) and _is_type_name(value.type_name)):
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
        if max(self._n_bytes, _extent(item_size, shape)) > self._caps.bytes:
            raise Unsendable(f"more than {self._caps.bytes} bytes of tensors")

    def _add_block(self, dtype: str, shape: Sequence[int], data: memoryview) -> int:
        if dtype == "BOOL" and not _is_boolean(data):
            raise Unsendable("a bool tensor with bytes other than 0 and 1")
        self.blocks.append(_Block(dtype=dtype, shape=list(shape), data=data))
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


class _Reader:
    """Turns JSON and blocks back into a value; refuses what no writer writes."""

    def __init__(self, blocks: list[_Block], caps: Caps) -> None:
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
        if (kind is int and _is_64_bit(node)) or (kind is str and _is_unicode(node)):
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
            if not _is_key(key) or n_not_str > self._caps.keys or key in value:
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
        dtype = _TORCH[block.dtype]
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
        if block.dtype not in _NUMPY:
            raise WireError(f"a numpy array of dtype {block.dtype}")
        flat = np.asarray(block.data).view(_NUMPY[block.dtype])
        return flat.reshape(block.shape)

    def read_handle(self, parts: list[Any], _: int) -> Handle:
        match parts:
            case [number, name] if _is_count(number) and _is_type_name(name):
                return Handle(id=number, type_name=name)
        raise WireError(f"expected a handle, got {reprlib.repr(parts)}")

    def _take(self, index: object) -> _Block:
        n_blocks = len(self._blocks)
        if type(index) is not int or index != self.n_taken or index == n_blocks:
            got = reprlib.repr(index)
            raise WireError(f"expected tensor {self.n_taken} of {n_blocks}, got {got}")
        self.n_taken += 1
        block = self._blocks[index]
        if block.dtype == "BOOL" and not _is_boolean(block.data):
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


def _read_blocks(entries: dict[Any, Any], data: memoryview, caps: Caps) -> list[_Block]:
    if len(entries) > caps.tensors:
        raise WireError(f"expected at most {caps.tensors} tensors, got {len(entries)}")
    blocks, spans = [], []
    for index in range(len(entries)):
        block, begin = _read_block(entries.get(str(index)), data, caps)
        blocks.append(block)
        spans.append((begin, block.data.nbytes, block.item_size))
    end, smallest = 0, max(dtype.itemsize for dtype in _NUMPY_NAMES)
    # At one place the empty ones come first, the larger items before the smaller.
    for begin, n_bytes, item_size in sorted(spans, key=lambda s: (s[0], s[1], -s[2])):
        if begin != end or item_size > smallest:
            raise WireError(f"a tensor at byte {begin}, out of order or out of place")
        end, smallest = begin + n_bytes, item_size
    if end != len(data):
        raise WireError(f"expected {end} bytes of tensors, got {len(data)}")
    return blocks


def _read_block(entry: object, data: memoryview, caps: Caps) -> tuple[_Block, int]:
    match entry:
        case {
            "dtype": str(dtype),
            "shape": list(shape),
            "data_offsets": [begin, end],
            **rest,
        } if (
            not rest
            and dtype in _TORCH
            and len(shape) <= caps.dims
            and all(map(_is_count, (*shape, begin, end)))
        ):
            block = _Block(dtype=dtype, shape=shape, data=data[begin:end])
        case _:
            raise WireError(f"expected a tensor's entry, got {reprlib.repr(entry)}")
    n_bytes = block.item_size * math.prod(shape)
    fits = _extent(block.item_size, shape) <= caps.bytes
    if not fits or n_bytes != end - begin or n_bytes != block.data.nbytes:
        raise WireError(f"{shape} of {dtype} in the bytes {begin} to {end}")
    return block, begin


def _parse(source: str | memoryview) -> Any:
    try:
        return json.loads(
            source if isinstance(source, str) else str(source, "utf-8"),
            object_pairs_hook=_unique,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError, MemoryError) as error:
        raise WireError(f"not JSON: {type(error).__name__}: {error}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise WireError("a JSON object with a key twice")
    return value


def _refuse(text: str) -> Never:
    raise WireError(f"expected an int, got {reprlib.repr(text)}")


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_64_bit(number: int) -> bool:
    return -(1 << 63) <= number < 1 << 63


def _is_count(number: object) -> bool:
    return type(number) is int and 0 <= number < 1 << 63


def _is_unicode(text: str) -> bool:
    return text.isascii() or _SURROGATE.search(text) is None


def _is_type_name(name: object) -> bool:
    return type(name) is str and len(name) <= _LONGEST_NAME and name.isidentifier()


def _is_key(key: object) -> bool:
    return _is_scalar(key) or (type(key) is tuple and all(map(_is_scalar, key)))


def _is_scalar(key: object) -> bool:
    return key is None or any(type(key) is kind for kind in (str, int, bool, float))


def _is_boolean(data: memoryview) -> bool:
    return bool(np.asarray(data).max(initial=0) <= 1)


def _extent(item_size: int, shape: Sequence[int]) -> int:
    """Bytes of a tensor as if it had no empty dimension: its strides grow as far."""
    return item_size * math.prod(max(size, 1) for size in shape)


def _with_article(name: str) -> str:
    return f"an {name}" if name[0] in "aeioAEIO" else f"a {name}"


def _receive(sock: socket.socket, n_bytes: int, deadline: float | None) -> bytearray:
    """Receive so many bytes, or fewer where the stream ends."""
    received = bytearray()
    n_received = 0
    while n_received < n_bytes:
        # Room is made only as bytes arrive: the announced length may be a lie.
        if n_received == len(received):
            received += _STEP[: n_bytes - n_received]
        _wait(sock, select.POLLIN, deadline)
        room = memoryview(received)[n_received:]
        try:
            n_new = sock.recv_into(room, 0, socket.MSG_DONTWAIT)
        except BlockingIOError:
            continue
        except ConnectionResetError:
            n_new = 0
        finally:
            room.release()
        if not n_new:
            break
        n_received += n_new
    del received[n_received:]
    return received


def _wait(sock: socket.socket, event: int, deadline: float | None) -> None:
    """Wait until the socket is ready, which is no promise that a call will not block.

    The deadline counts even if the socket is ready: bytes may trickle in forever.
    """
    poll = select.poll()
    poll.register(sock, event)
    if deadline is None:
        poll.poll()
        return
    while True:
        seconds = deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the deadline passed")
        if poll.poll(1000 * min(seconds, 60)):
            return
