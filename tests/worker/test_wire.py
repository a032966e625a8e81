"""The wire carries what may cross, exactly, and refuses to send everything else."""

import collections
import json
import math
import os
import signal
import socket
import struct
import threading
import time
import tracemalloc
import types
import warnings

import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch._subclasses.fake_tensor import FakeTensorMode

from autograder.worker.wire import (
    CAPS,
    Caps,
    Handle,
    Origin,
    Unsendable,
    WireError,
    decode,
    decode_with_origins,
    encode,
    receive_frame,
    send_frame,
    type_name,
)

torch.set_num_threads(1)

drawn = settings(
    max_examples=300,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)

TORCH_DTYPES = [
    torch.bool,
    torch.uint8,
    torch.int8,
    torch.int16,
    torch.int32,
    torch.int64,
    torch.float16,
    torch.bfloat16,
    torch.float32,
    torch.float64,
]
NUMPY_DTYPES = ["?", "u1", "i1", "<i2", "<i4", "<i8", "<f2", "<f4", "<f8"]

TENSOR_VIEWS = {
    "as it is": lambda x: x,
    "transposed": lambda x: x.transpose(0, -1) if x.ndim else x,
    "every second": lambda x: x[..., ::2] if x.ndim else x,
    "expanded": lambda x: x.expand(3, *x.shape),
    "first column": lambda x: x[..., :1] if x.ndim else x,
    "lone item of a column": lambda x: x.reshape(-1)[::2][:1],
}


def body_of(value, caps=CAPS):
    return bytearray(b"".join(encode(value, caps)))


def round_trip(value):
    return decode(body_of(value))


def exact(value):
    """What makes a value what it is, to the last bit, comparable by ==."""
    kind = type(value)
    match value:
        case float():
            return kind, "nan" if math.isnan(value) else struct.pack("d", value)
        case list() | tuple():
            return kind, [exact(item) for item in value]
        case dict():
            return kind, [exact(pair) for pair in value.items()]
        case torch.Tensor():
            dense = torch.empty(value.shape, dtype=value.dtype).copy_(value).reshape(-1)
            return kind, value.dtype, value.shape, dense.view(torch.uint8).tolist()
        case np.ndarray():
            return kind, value.dtype, value.shape, value.tobytes()
        case _:
            return kind, value


def same(expected, actual):
    return exact(expected) == exact(actual)


@st.composite
def items(draw, item_size, *, are_bool):
    """A shape, and bytes for it: any bit pattern, every kind of NaN among them."""
    shape = draw(st.lists(st.integers(0, 4), max_size=3))
    n_bytes = math.prod(shape) * item_size
    data = draw(st.binary(min_size=n_bytes, max_size=n_bytes))
    return shape, bytearray(byte & 1 for byte in data) if are_bool else bytearray(data)


@st.composite
def tensors(draw):
    dtype = draw(st.sampled_from(TORCH_DTYPES))
    shape, data = draw(items(dtype.itemsize, are_bool=dtype is torch.bool))
    if not data:
        return torch.empty(shape, dtype=dtype)
    whole = torch.frombuffer(data, dtype=dtype).reshape(shape)
    return draw(st.sampled_from(list(TENSOR_VIEWS.values())))(whole)


@st.composite
def arrays(draw):
    dtype = np.dtype(draw(st.sampled_from(NUMPY_DTYPES)))
    shape, data = draw(items(dtype.itemsize, are_bool=dtype == np.bool_))
    whole = np.ndarray(shape, dtype, buffer=data)
    views = [
        lambda x: x,
        np.transpose,
        lambda x: x[..., ::-2] if x.ndim else x,
        lambda x: np.broadcast_to(x, (2, *x.shape)),
        lambda x: x.reshape(-1)[::2][:1],
    ]
    return draw(st.sampled_from(views))(whole)


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]))
)
keys = scalars | st.lists(scalars, max_size=3).map(tuple)
handles = st.builds(Handle, id=st.integers(0, 2**63 - 1), type_name=st.just("Llama"))
values = st.recursive(
    scalars | tensors() | arrays() | handles,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=12,
)


@given(values)
@drawn
def test_value_comes_back_equal_to_the_last_bit(value):
    assert same(value, round_trip(value))


@pytest.mark.parametrize(
    "value",
    [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 0.1, 1.7976931348623157e308],
    ids=repr,
)
def test_float_comes_back_exact(value):
    assert same(value, round_trip(value))


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63), 0, True, False], ids=repr)
def test_int_and_bool_keep_their_type(value):
    assert same(value, round_trip(value))


@pytest.mark.parametrize("dtype", TORCH_DTYPES, ids=str)
@pytest.mark.parametrize("view", TENSOR_VIEWS.values(), ids=TENSOR_VIEWS)
def test_tensor_comes_back_equal(dtype, view):
    tensor = view((torch.arange(12).reshape(3, 4) % 2).to(dtype))

    assert same(tensor, round_trip(tensor))


@pytest.mark.parametrize(
    "tensor",
    [
        torch.tensor(3.5),
        torch.empty(0),
        torch.empty(2, 0, 3, dtype=torch.float64),
        torch.tensor([0x7FC0DEAD, 0x7F800001, -1], dtype=torch.int32).view(
            torch.float32
        ),
        torch.view_as_complex(torch.ones(1, 2)).conj().imag,
        torch.ones(2, requires_grad=True) * 2,
    ],
    ids=["0-dim", "empty", "empty 3-dim", "NaN payloads", "negated view", "in a graph"],
)
def test_awkward_tensor_comes_back_equal(tensor):
    assert same(tensor.detach(), round_trip(tensor))


def test_tensor_of_inference_mode_comes_back_equal():
    with torch.inference_mode():
        tensor = torch.arange(3)

    assert same(torch.arange(3), round_trip(tensor))


@pytest.mark.parametrize("dtype", NUMPY_DTYPES)
@pytest.mark.parametrize(
    "view",
    [
        lambda x: x,
        lambda x: x.T,
        lambda x: x[::-1, ::2],
        lambda x: x[:1, 1],
        lambda x: x[0, 1, ...],
        lambda x: x[:0],
    ],
    ids=["as it is", "transposed", "reversed", "lone item", "0-dim", "empty"],
)
def test_array_comes_back_equal(dtype, view):
    array = view((np.arange(12).reshape(3, 4) % 2).astype(dtype))

    assert same(array, round_trip(array))


def test_array_arrives_writable_in_c_order():
    array = np.asfortranarray(np.ones((3, 4)))
    array.setflags(write=False)

    flags = round_trip(array).flags

    assert flags.c_contiguous
    assert flags.writeable


def test_tensors_arrive_on_memory_of_their_own():
    shared = torch.zeros(4, dtype=torch.int16)
    first, second, third, _ = round_trip(
        [shared, shared, shared[1:], np.ones(3, dtype=np.int16)]
    )

    first.fill_(-1)

    assert second.tolist() == [0, 0, 0, 0]
    assert third.tolist() == [0, 0, 0]


def test_body_cannot_be_resized_while_a_tensor_lies_in_it():
    body = body_of(torch.ones(3))
    tensor = decode(body)

    with pytest.raises(BufferError):
        body.extend(b"more")
    assert tensor.tolist() == [1, 1, 1]


def test_read_only_body_is_copied():
    body = bytes(body_of(torch.zeros(3)))
    before = bytes(bytearray(body))

    decode(memoryview(body)).fill_(7)

    assert body == before


def test_decoded_tensor_is_on_the_cpu_whatever_the_default_device():
    body = body_of([torch.ones(2), torch.ones(0)])

    with torch.device("meta"):
        decoded = decode(body)

    assert [tensor.device.type for tensor in decoded] == ["cpu", "cpu"]


def test_origins_tell_device_and_gradient_in_the_order_of_the_value():
    first = torch.ones(1, requires_grad=True)
    body = body_of({"a": first, "b": [np.ones(1), torch.ones(2).double()]})

    decoded = decode_with_origins(body.replace(b"cpu", b"xpu", 1))

    assert decoded.origins == (
        Origin(device="xpu", requires_grad=True),
        Origin(device="cpu", requires_grad=False),
    )


def test_decoded_tensor_does_not_require_a_gradient_where_the_sent_one_did():
    assert not round_trip(torch.ones(1, requires_grad=True)).requires_grad


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_tensor_arrives_on_the_cpu_and_its_origin_says_cuda():
    tensor = torch.arange(6, device="cuda").reshape(2, 3).T

    decoded = decode_with_origins(body_of(tensor))

    assert same(tensor.cpu(), decoded.value)
    assert decoded.origins == (Origin(device="cuda:0", requires_grad=False),)


@given(st.lists(tensors(), max_size=12))
@drawn
def test_safetensors_reads_what_we_write(tensors):
    read = safetensors.torch.load(bytes(body_of(tensors)))

    assert same(tensors, [read[str(index)] for index in range(len(tensors))])


@given(st.lists(tensors(), max_size=12))
@drawn
def test_we_read_what_safetensors_writes(tensors):
    named = {str(i): tensor.contiguous() for i, tensor in enumerate(tensors)}
    nodes = [["tensor", index, "cpu", False] for index in range(len(tensors))]
    message = json.dumps(["list", *nodes])

    body = safetensors.torch.save(named, metadata={"message": message})

    assert same(tensors, decode(bytearray(body)))


class Words(list):
    pass


class Text(str):
    __slots__ = ()


class Number(int):
    pass


class Pretender(type):
    """Makes a class that is equal to int wherever classes are compared."""

    def __hash__(cls):
        return hash(int)

    def __eq__(cls, other):
        return True


class Nameless(type):
    """Makes a class that raises when it is asked for its name."""

    @property
    def __name__(cls):
        raise RuntimeError


class Weight(torch.Tensor):
    pass


class Grid(np.ndarray):
    pass


Point = collections.namedtuple("Point", "x y")  # noqa: PYI024 - a bare tuple subclass


def named(name):
    kind = type("Kind", (), {})
    kind.__name__ = name
    return kind()


def fake_tensor():
    with FakeTensorMode():
        return torch.ones(2)


def nested_tensor():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])


def csr_tensor():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.eye(2).to_sparse_csr()


def quantized_tensor():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.quint8)


def escaped_tensor():
    escaped = []
    torch.vmap(lambda row: escaped.append(row) or row)(torch.ones(2, 3))
    return escaped[0]


def zero_tensor():
    return torch._efficientzerotensor(2)  # noqa: SLF001 - autograd makes such ones


def freed_tensor():
    tensor = torch.ones(2)
    tensor.untyped_storage().resize_(0)
    return tensor


REFUSED = {
    "bytes": (b"x", "a bytes"),
    "bytearray": (bytearray(), "a bytearray"),
    "set": ({1}, "a set"),
    "frozenset": (frozenset(), "a frozenset"),
    "complex": (1j, "a complex"),
    "range": (range(2), "a range"),
    "ellipsis": (..., "an ellipsis"),
    "object": (object(), "an object"),
    "class": (int, "a type"),
    "function": (body_of, "a function"),
    "module": (types, "a module"),
    "generator": ((x for x in ()), "a generator"),
    "exception": (ValueError(), "a ValueError"),
    "int subclass": (Number(1), "a Number"),
    "str subclass": (Text("a"), "a Text"),
    "list subclass": (Words(), "a Words"),
    "dict subclass": (collections.OrderedDict(), "an OrderedDict"),
    "tuple subclass": (Point(1, 2), "a Point"),
    "tensor subclass": (torch.ones(1).as_subclass(Weight), "a Weight"),
    "array subclass": (np.ones(1).view(Grid), "a Grid"),
    "parameter": (torch.nn.Parameter(torch.ones(1)), "a Parameter"),
    "module of torch": (torch.nn.Identity(), "an Identity"),
    "torch.Size": (torch.ones(1).shape, "a Size"),
    "torch.dtype": (torch.float32, "a dtype"),
    "numpy float": (np.float32(1), "a float32"),
    "numpy double, a float": (np.float64(1), "a float64"),
    "numpy bool": (np.bool_(1), "a bool"),
    "numpy str": (np.str_("a"), "a str_"),
    "class that is equal to int": (Pretender("Sly", (), {})(), "a Sly"),
    "class without a name": (Nameless("Shy", (), {})(), "a Shy"),
    "name of 80": (named("A" * 80), f"an {'A' * 80}"),
    "name of 81": (named("A" * 81), "an object"),
    "name with spaces": (named("int object, score 100"), "an object"),
    "name of a str subclass": (named(Text("Fine")), "an object"),
    "int of 64 bits": (2**63, "an int over 64 bits"),
    "negative int of 65 bits": (-(2**63) - 1, "an int over 64 bits"),
    "huge int": (1 << 100_000, "an int over 64 bits"),
    "lone surrogate": ("a\ud800", "a str that is not valid Unicode"),
    "sparse": (torch.eye(2).to_sparse(), "a tensor that is not dense"),
    "sparse rows": (csr_tensor(), "a tensor that is not dense"),
    "nested": (nested_tensor(), "a tensor that is not dense"),
    "meta": (torch.ones(1, device="meta"), "a tensor without data (device meta)"),
    "fake": (fake_tensor(), "a FakeTensor"),
    "quantized": (quantized_tensor(), "a tensor of dtype torch.quint8"),
    "complex tensor": (torch.ones(1) * 1j, "a tensor of dtype torch.complex64"),
    "uint16": (torch.ones(1).to(torch.uint16), "a tensor of dtype torch.uint16"),
    "float8": (
        torch.ones(1).to(torch.float8_e5m2),
        "a tensor of dtype torch.float8_e5m2",
    ),
    "escaped from vmap": (escaped_tensor(), "a tensor that cannot be read"),
    "freed storage": (freed_tensor(), "a tensor that cannot be read"),
    "zero tensor": (zero_tensor(), "a tensor that cannot be read"),
    "bool of byte 2": (
        torch.tensor([2], dtype=torch.uint8).view(torch.bool),
        "a bool tensor with bytes other than 0 and 1",
    ),
    "bool array of byte 2": (
        np.array([2], dtype=np.uint8).view(np.bool_),
        "a bool tensor with bytes other than 0 and 1",
    ),
    "object array": (np.array([None]), "a numpy array of dtype |O"),
    "text array": (np.array(["ab"]), "a numpy array of dtype <U2"),
    "complex array": (np.ones(1) * 1j, "a numpy array of dtype <c16"),
    "big-endian array": (np.ones(1, ">f4"), "a numpy array of dtype >f4"),
    "uint16 array": (np.ones(1, "u2"), "a numpy array of dtype <u2"),
    "record array": (np.ones(1, [("a", "f4")]), "a numpy array of dtype |V4"),
    "bytes as key": ({b"a": 1}, "a bytes as a dict key"),
    "numpy int as key": ({np.int64(1): 1}, "an int64 as a dict key"),
    "handle as key": ({Handle(id=1, type_name="A"): 1}, "a Handle as a dict key"),
    "nested tuple as key": ({((1,),): 1}, "a tuple as a dict key"),
    "tuple of bytes as key": ({(b"a",): 1}, "a tuple as a dict key"),
    "long int as key": ({2**64: 1}, "an int over 64 bits"),
    "handle of negative id": (Handle(id=-1, type_name="A"), "a malformed Handle"),
    "handle of bool id": (Handle(id=True, type_name="A"), "a malformed Handle"),
    "handle of long id": (Handle(id=2**63, type_name="A"), "a malformed Handle"),
    "handle of no name": (Handle(id=1, type_name="a b"), "a malformed Handle"),
}


@pytest.mark.parametrize(("value", "what"), REFUSED.values(), ids=REFUSED)
def test_value_that_may_not_cross_is_refused_by_name(value, what):
    with pytest.raises(Unsendable) as caught:
        encode(value)

    assert str(caught.value) == what


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({1}, ""),
        ({"labels": [{1}]}, "['labels'][0]"),
        ([0, (1, {2: {(3, "a"): 1j}})], "[1][1][2][(3, 'a')]"),
        ({"a" * 100: b""}, "['aaaaaaaaaaaa...aaaaaaaaaaaaa']"),
        ([{b"key": 1}], "[0]"),
    ],
    ids=["itself", "in a list", "deep", "under a long key", "as a key"],
)
def test_refusal_says_where(value, path):
    with pytest.raises(Unsendable) as caught:
        encode(value)

    assert caught.value.path == path


def test_type_name_asks_no_metaclass():
    assert type_name(Nameless("Shy", (), {})()) == "Shy"


CAPPED = {
    "depth": (Caps(depth=2), [[1]], [[[1]]]),
    "depth of dicts": (Caps(depth=2), {"a": {"b": 1}}, {"a": {"b": {}}}),
    "depth of keys": (Caps(depth=1), {"a": 1}, {(): 1}),
    "items": (Caps(items=3), [1, 2], [1, 2, 3]),
    "items of dicts": (Caps(items=3), {"a": 1}, {"a": [1]}),
    "tensors": (Caps(tensors=1), [torch.ones(1)], [torch.ones(1), np.ones(1)]),
    "dims": (Caps(dims=2), torch.ones(1, 1), torch.ones(1, 1, 1)),
    "dims of arrays": (Caps(dims=2), np.ones((1, 1)), np.ones((1, 1, 1))),
    "keys": (Caps(keys=2), {"a": 0, 1: 0, None: 0}, {1: 0, 2: 0, (3,): 0}),
    "bytes": (Caps(bytes=1024), torch.ones(200), torch.ones(256)),
    "bytes with the header": (Caps(bytes=1024), torch.ones(200), torch.ones(250)),
    "bytes if not empty": (
        Caps(bytes=1024),
        torch.ones(0, 16, 16),
        torch.ones(0, 16, 17),
    ),
    "message": (Caps(message_bytes=128), "a" * 80, "a" * 100),
    "message of digits": (Caps(message_bytes=128), [1] * 30, [1] * 60),
}


@pytest.mark.parametrize(
    ("caps", "value"), [c[:2] for c in CAPPED.values()], ids=CAPPED
)
def test_value_within_a_cap_comes_back_equal(caps, value):
    assert same(value, decode(body_of(value, caps), caps))


@pytest.mark.parametrize(
    ("caps", "value"), [c[::2] for c in CAPPED.values()], ids=CAPPED
)
def test_writer_refuses_a_value_over_a_cap(caps, value):
    with pytest.raises(Unsendable):
        encode(value, caps)


@pytest.mark.parametrize(
    ("caps", "value"), [c[::2] for c in CAPPED.values()], ids=CAPPED
)
def test_reader_refuses_a_body_over_a_cap(caps, value):
    body = body_of(value)

    with pytest.raises(WireError):
        decode(body, caps)


def cap_of_bytes(n_bytes):
    return Caps(bytes=n_bytes)


def cap_of_message_bytes(n_bytes):
    """The cap at which a body of so many bytes, 8 of them data, has its header."""
    return Caps(message_bytes=n_bytes - 8 - 8)


@pytest.mark.parametrize("cap", [cap_of_bytes, cap_of_message_bytes])
def test_caps_of_bytes_are_exact(cap):
    value = torch.ones(2)
    body = body_of(value)

    assert body_of(value, cap(len(body))) == body
    assert same(value, decode(body, cap(len(body))))
    with pytest.raises(Unsendable):
        encode(value, cap(len(body) - 1))
    with pytest.raises(WireError):
        decode(body, cap(len(body) - 1))


def endless_list():
    value = []
    value.append(value)
    return value


def endless_dict():
    value = {}
    value["a"] = ({}, value)
    return value


ENORMOUS = {
    "list in itself": (endless_list(), "a list nested deeper than 32"),
    "dict in itself": (endless_dict(), "a dict nested deeper than 32"),
    "a terabyte by expanding": (
        torch.ones(1).expand(1 << 40),
        "more than 268435456 bytes of tensors",
    ),
    "a terabyte by broadcasting": (
        np.broadcast_to(np.ones(1), (1 << 40,)),
        "more than 268435456 bytes of tensors",
    ),
    "one text a thousand times": (
        ["a" * (1 << 20)] * 1000,
        "more than 8388608 characters",
    ),
    "one list a billion times": (
        [[[0] * 1000] * 1000] * 1000,
        "more than 1000000 values",
    ),
}


@pytest.mark.parametrize(("value", "what"), ENORMOUS.values(), ids=ENORMOUS)
def test_small_object_that_would_be_enormous_is_refused(value, what):
    with pytest.raises(Unsendable) as caught:
        encode(value)

    assert str(caught.value) == what


@pytest.fixture(params=[None, 0], ids=["blocking", "non-blocking"])
def ends(request):
    """Two connected sockets; the first waits for every call, or for none."""
    first, second = socket.socketpair()
    first.settimeout(request.param)
    with first, second:
        yield first, second


def framed(body):
    return len(body).to_bytes(8, "little") + body


def test_frames_arrive_one_by_one(ends):
    first, second = ends
    values = [torch.ones(3), {"a": [None]}, "last"]

    for value in values:
        send_frame(first, encode(value))
    received = [decode(receive_frame(second)) for _ in values]

    assert same(values, received)


def test_frame_without_a_body_arrives_empty(ends):
    first, second = ends

    send_frame(second, [])

    assert receive_frame(first) == b""


def test_frame_of_more_pieces_than_one_call_takes_arrives_whole(ends):
    first, second = ends
    value = [torch.full((1,), number) for number in range(2000)]

    sender = threading.Thread(target=send_frame, args=(first, encode(value)))
    sender.start()
    body = receive_frame(second)
    sender.join()

    assert same(value, decode(body))


def test_frame_is_received_from_single_bytes(ends):
    first, second = ends
    frame = framed(body_of([1, "two"]))

    def trickle():
        for position in range(len(frame)):
            second.send(frame[position : position + 1])

    sender = threading.Thread(target=trickle)
    sender.start()
    body = receive_frame(first)
    sender.join()

    assert decode(body) == [1, "two"]


def test_large_frames_cross_both_ways(ends):
    first, second = ends
    value = torch.arange(8 << 20, dtype=torch.int32)

    def echo():
        send_frame(second, [receive_frame(second)])

    other = threading.Thread(target=echo)
    other.start()
    send_frame(first, encode(value))
    body = receive_frame(first)
    other.join()

    assert torch.equal(decode(body), value)


def test_receiver_resumes_after_a_signal(ends):
    first, second = ends
    frame = framed(b"12345678")
    second.sendall(frame[:11])
    before = signal.signal(signal.SIGALRM, lambda *_: second.sendall(frame[11:]))

    signal.setitimer(signal.ITIMER_REAL, 0.05)
    body = receive_frame(first)
    signal.signal(signal.SIGALRM, before)

    assert body == b"12345678"


def test_stream_that_ends_between_frames_is_none(ends):
    first, second = ends
    second.sendall(framed(b"12345678"))
    second.close()

    received = [receive_frame(first), receive_frame(first)]

    assert received == [b"12345678", None]


def test_stream_that_is_reset_between_frames_is_none(ends):
    first, second = ends
    first.send(b"never read")
    second.close()

    assert receive_frame(first) is None


@pytest.mark.parametrize("n_bytes", [1, 7, 8, 9, 263])
def test_stream_that_ends_inside_a_frame_is_refused(ends, n_bytes):
    first, second = ends
    second.sendall(framed(bytes(256))[:n_bytes])
    second.close()

    with pytest.raises(WireError, match="the stream ended after"):
        receive_frame(first)


@pytest.mark.parametrize("n_bytes", [CAPS.bytes + 1, 1 << 60, (1 << 64) - 1])
def test_announced_length_over_the_cap_is_refused_at_once(ends, n_bytes):
    first, second = ends
    second.sendall(n_bytes.to_bytes(8, "little"))

    with pytest.raises(WireError, match=f"got {n_bytes} announced"):
        receive_frame(first)


def test_frame_of_just_the_cap_is_received(ends):
    first, second = ends
    second.sendall(framed(b"12345678"))

    assert receive_frame(first, Caps(bytes=8)) == b"12345678"


def test_announced_length_within_the_cap_costs_no_memory(ends):
    first, second = ends
    second.sendall(CAPS.bytes.to_bytes(8, "little") + b"half a frame")
    second.close()

    tracemalloc.start()
    with pytest.raises(WireError):
        receive_frame(first)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1 << 20


def test_receiver_gives_up_at_the_deadline_inside_a_frame(ends):
    first, second = ends
    second.sendall(framed(b"12345678")[:11])

    with pytest.raises(TimeoutError):
        receive_frame(first, deadline=time.monotonic() + 0.05)


def test_receiver_gives_up_at_the_deadline_though_bytes_trickle_in(ends):
    first, second = ends
    second.sendall(framed(b"12345678"))

    with pytest.raises(TimeoutError):
        receive_frame(first, deadline=time.monotonic())


def test_receiver_receives_before_the_deadline(ends):
    first, second = ends
    second.sendall(framed(b"12345678"))

    assert receive_frame(first, deadline=time.monotonic() + 3600) == b"12345678"


def test_sender_gives_up_at_the_deadline_when_nobody_reads(ends):
    first, _ = ends

    with pytest.raises(TimeoutError):
        send_frame(first, [bytes(8 << 20)], deadline=time.monotonic() + 0.05)


def test_sender_says_that_the_other_end_is_gone(ends):
    first, second = ends
    second.close()

    with pytest.raises(ConnectionError):
        send_frame(first, encode(None))


def test_descriptor_sent_along_is_dropped(ends):
    first, second = ends
    reading, writing = os.pipe()
    socket.send_fds(second, [framed(b"12345678")], [writing])
    os.close(writing)

    receive_frame(first)

    assert os.read(reading, 1) == b""
    os.close(reading)
