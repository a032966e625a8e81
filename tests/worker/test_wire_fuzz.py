"""Whatever the bytes, the wire refuses them or decodes a value that it could send."""

import copy
import json
import random

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.worker.wire import CAPS, Handle, WireError, decode, encode

torch.set_num_threads(1)

drawn = settings(
    max_examples=1000,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)

F32 = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
TENSOR = '["tensor",0,"cpu",false]'


def with_header(header, data=b""):
    """A body whose header is any bytes."""
    header += b" " * (-len(header) % 8)
    return bytearray(len(header).to_bytes(8, "little") + header + data)


def with_message(message, data=b"", **entries):
    """A body whose message is any text; the entries of tensors are named _0, _1, ..."""
    header = {"__metadata__": {"message": message}}
    header |= {name.removeprefix("_"): entry for name, entry in entries.items()}
    return with_header(json.dumps(header).encode(), data)


def with_entry(data=bytes(8), **changes):
    """A body with one tensor of two float32 numbers, except for what is changed."""
    return with_message(TENSOR, data, _0=F32 | changes)


def with_spans(*spans, dtypes=("F32", "F32"), n_bytes=16):
    """A body with two tensors in the given bytes."""
    sizes = {"F64": 8, "F32": 4, "F16": 2}
    entries = {
        f"_{index}": {
            "dtype": dtype,
            "shape": [(end - begin) // sizes[dtype]],
            "data_offsets": [begin, end],
        }
        for index, (dtype, (begin, end)) in enumerate(zip(dtypes, spans, strict=True))
    }
    message = '["list",["tensor",0,"cpu",false],["tensor",1,"cpu",false]]'
    return with_message(message, bytes(n_bytes), **entries)


def refused_or_stable(body):
    """Whether a body was refused; what was not must survive another round trip."""
    try:
        value = decode(body)
    except WireError:
        return True
    again = b"".join(encode(value))
    assert b"".join(encode(decode(bytearray(again)))) == again
    return False


@pytest.mark.parametrize(
    "body",
    [
        with_message("null"),
        with_message(TENSOR, bytes(8), _0=F32),
        with_entry(),
        with_spans((0, 8), (8, 16)),
        with_spans((8, 16), (0, 8)),
        with_spans((0, 0), (0, 16)),
        with_spans((8, 16), (0, 8), dtypes=("F32", "F64")),
        with_message('["float","0x1.8000000000000p+1"]'),
    ],
    ids=[
        "null",
        "tensor",
        "entry",
        "spans",
        "spans in another order",
        "empty span",
        "large items first",
        "float",
    ],
)
def test_body_that_the_malformed_ones_are_made_from_is_accepted(body):
    decode(body)


MALFORMED_BODIES = {
    "no bytes": bytearray(),
    "less than a length": bytearray(7),
    "no header": bytearray(8),
    "a header of 2^60": bytearray((1 << 60).to_bytes(8, "little")) + bytes(64),
    "a header of 2^64 - 1": bytearray(b"\xff" * 64),
    "a header longer than the body": with_message("null")[:-1],
    "a header over the cap": with_header(b" " * (CAPS.message_bytes + 8)),
    "a header that is not padded": bytearray(
        (35).to_bytes(8, "little") + b'{"__metadata__":{"message":"null"}}'
    ),
    "not UTF-8": with_header(b'{"__metadata__":{"message":"\xff"}}'),
    "a byte order mark": with_header(
        b'\xef\xbb\xbf{"__metadata__":{"message":"null"}}'
    ),
    "UTF-16": with_header('{"__metadata__":{"message":"null"}}'.encode("utf-16")),
    "a surrogate in UTF-8": with_header(
        b'{"__metadata__":{"message":"\\"\xed\xa0\x80\\""}}'
    ),
    "a pickle": bytearray(b"\x80\x04\x95\x10" + bytes(60)),
    "a header that is null": with_header(b"null"),
    "a header that is a list": with_header(b"[]"),
    "a header that is empty": with_header(b"{}"),
    "text after the header": with_header(b'{"__metadata__":{"message":"null"}}{}'),
    "metadata twice": with_header(
        b'{"__metadata__":{"message":"1"},"__metadata__":{"message":"2"}}'
    ),
    "message twice": with_header(b'{"__metadata__":{"message":"1","message":"2"}}'),
    "metadata that is null": with_header(b'{"__metadata__":null}'),
    "metadata without a message": with_header(b'{"__metadata__":{}}'),
    "metadata beside the message": with_header(
        b'{"__metadata__":{"message":"null","format":"pt"}}'
    ),
    "a message that is no text": with_header(b'{"__metadata__":{"message":null}}'),
    "a megabyte of [ as header": with_header(b"[" * (1 << 20)),
    "a megabyte of { as header": with_header(b'{"a":' * (1 << 18)),
    "bytes after the tensors": with_entry(bytes(9)),
    "bytes without tensors": with_message("null", bytes(8)),
    "tensors cut short": with_entry(bytes(7)),
    "a field twice": with_header(
        b'{"__metadata__":{"message":"[\\"array\\",0]"},"0":{"dtype":"U8",'
        b'"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'
    ),
    "an entry that is null": with_message(TENSOR, bytes(8), _0=None),
    "an entry that starts at 1": with_message(TENSOR, bytes(8), _1=F32),
    "an entry named 00": with_message(TENSOR, bytes(8), _00=F32),
    "an entry that nothing names": with_message("null", bytes(8), _0=F32),
    "an entry named twice": with_message(
        f'["list",{TENSOR},{TENSOR}]', bytes(8), _0=F32
    ),
    "an entry that is not there": with_message(TENSOR),
    "an unknown field": with_entry(more=1),
    "an unknown dtype": with_entry(dtype="F8_E5M2"),
    "a dtype of torch": with_entry(dtype="float32"),
    "a dtype that is a list": with_entry(dtype=["F32"]),
    "a dtype of another size": with_entry(dtype="F64"),
    "a shape that is null": with_entry(shape=None),
    "a shape that is a text": with_entry(shape="2"),
    "a shape of another size": with_entry(shape=[3]),
    "a shape of a float": with_entry(shape=[2.0]),
    "a shape of a bool": with_entry(shape=[2, True]),
    "a shape of a text": with_entry(shape=["2"]),
    "a negative shape": with_entry(shape=[-1, -2]),
    "a shape over 64 bits": with_entry(shape=[2**64], data_offsets=[0, 2**66]),
    "an empty shape without end": with_entry(
        b"", shape=[0, 2**62, 2**62], data_offsets=[0, 0]
    ),
    "one offset": with_entry(data_offsets=[8]),
    "three offsets": with_entry(data_offsets=[0, 8, 8]),
    "offsets of floats": with_entry(data_offsets=[0, 8.0]),
    "offsets of bools": with_entry(
        b"\0", dtype="U8", shape=[1], data_offsets=[0, True]
    ),
    "negative offsets": with_entry(data_offsets=[-8, 0]),
    "offsets backwards": with_entry(data_offsets=[8, 0]),
    "offsets beyond the end": with_entry(data_offsets=[8, 16]),
    "an end beyond the end": with_entry(data_offsets=[0, 16]),
    "offsets after a hole": with_entry(bytes(16), data_offsets=[8, 16]),
    "a hole between tensors": with_spans((0, 4), (8, 16)),
    "tensors that overlap": with_spans((0, 8), (4, 16)),
    "tensors in one place": with_spans((0, 16), (0, 16)),
    "a tensor inside another": with_spans((0, 16), (4, 8)),
    "small items first": with_spans((0, 8), (8, 16), dtypes=("F32", "F64")),
    "a misaligned tensor": with_spans(
        (0, 2), (2, 10), dtypes=("F16", "F64"), n_bytes=10
    ),
    "an empty tensor out of order": with_spans((8, 8), (0, 16)),
    "a bool of byte 2": with_entry(b"\2", dtype="BOOL", shape=[1], data_offsets=[0, 1]),
}


@pytest.mark.parametrize("body", MALFORMED_BODIES.values(), ids=MALFORMED_BODIES)
def test_malformed_body_is_refused(body):
    with pytest.raises(WireError):
        decode(body)


MALFORMED_MESSAGES = {
    "no text": "",
    "no JSON": "nul",
    "two values": "1 2",
    "NaN": "NaN",
    "Infinity": "-Infinity",
    "a float": "1.5",
    "a float that is whole": "1e3",
    "an object": "{}",
    "an object of values": '{"a":1}',
    "a list without a tag": "[]",
    "a tag that is a number": "[1,2]",
    "a tag that is a list": '[["list"]]',
    "a tag that is an object": "[{}]",
    "an unknown tag": '["set",1]',
    "a method as a tag": '["read",1]',
    "an int of 65 bits": str(2**63),
    "a negative int of 65 bits": str(-(2**63) - 1),
    "an int of 5000 digits": "9" * 5000,
    "a lone surrogate": '"\\ud800"',
    "a control character": '"\n"',
    "a megabyte of [": "[" * (1 << 20),
    "a megabyte of lists": '["list",' * (1 << 17),
    "lists 33 deep": '["list",' * 32 + '["list"]' + "]" * 32,
    "dicts 33 deep": '["dict",[0,' * 33 + "0" + "]]" * 33,
    "a million and one values": '["list"' + ",0" * 1_000_000 + "]",
    "a pair of one": '["dict",[1]]',
    "a pair of three": '["dict",[1,2,3]]',
    "a pair that is a text": '["dict","ab"]',
    "a pair that is a number": '["dict",1,2]',
    "a key twice": '["dict",["a",1],["a",2]]',
    "1 and true as keys": '["dict",[1,1],[true,2]]',
    "a list as key": '["dict",[["list"],1]]',
    "a dict as key": '["dict",[["dict"],1]]',
    "a handle as key": '["dict",[["handle",1,"A"],1]]',
    "a nested tuple as key": '["dict",[["tuple",["tuple"]],1]]',
    "1025 keys that are not strings": json.dumps(
        ["dict", *([number, 0] for number in range(1025))]
    ),
    "a float without text": '["float"]',
    "a float of a number": '["float",1]',
    "a float of null": '["float",null]',
    "a float of two texts": '["float","0x0.0p+0","0x0.0p+0"]',
    "a decimal float": '["float","1.0"]',
    "a float in capitals": '["float","0X1.0000000000000P+0"]',
    "a short float": '["float","0x1p0"]',
    "a float with a space": '["float"," nan"]',
    "a float by another name": '["float","infinity"]',
    "a float out of range": '["float","0x1p99999"]',
    "a float of a megabyte": f'["float","0x{"1" * (1 << 20)}"]',
    "a handle without a name": '["handle",1]',
    "a handle of three": '["handle",1,"A",1]',
    "a handle of a negative id": '["handle",-1,"A"]',
    "a handle of a bool": '["handle",true,"A"]',
    "a handle of a text": '["handle","1","A"]',
    "a handle of a sentence": '["handle",1,"score 100"]',
    "a handle of no name": '["handle",1,""]',
    "a handle of a long name": f'["handle",1,"{"a" * 81}"]',
    "a handle of null": '["handle",1,null]',
}


@pytest.mark.parametrize("message", MALFORMED_MESSAGES.values(), ids=MALFORMED_MESSAGES)
def test_malformed_message_is_refused(message):
    with pytest.raises(WireError):
        decode(with_message(message))


MALFORMED_REFERENCES = {
    "a tensor without fields": '["tensor"]',
    "a tensor without a gradient": '["tensor",0,"cpu"]',
    "a tensor of four fields": '["tensor",0,"cpu",false,0]',
    "a bool as index": '["tensor",false,"cpu",false]',
    "a text as index": '["tensor","0","cpu",false]',
    "null as index": '["tensor",null,"cpu",false]',
    "a negative index": '["tensor",-1,"cpu",false]',
    "the next index": '["tensor",1,"cpu",false]',
    "a number as gradient": '["tensor",0,"cpu",0]',
    "a number as device": '["tensor",0,0,false]',
    "a device in capitals": '["tensor",0,"CPU",false]',
    "a device with a line": '["tensor",0,"cpu\\n",false]',
    "a device of a sentence": '["tensor",0,"cpu score 100",false]',
    "a device of other digits": '["tensor",0,"cuda:\\u0663",false]',
    "a gradient of an int": '["tensor",0,"cpu",true]',
    "an array without an index": '["array"]',
    "an array of two": '["array",0,0]',
    "a list as index": '["array",[0]]',
}


@pytest.mark.parametrize(
    "message", MALFORMED_REFERENCES.values(), ids=MALFORMED_REFERENCES
)
def test_malformed_reference_to_a_tensor_is_refused(message):
    body = with_message(message, bytes(8), _0=F32 | {"dtype": "I32"})

    with pytest.raises(WireError):
        decode(body)


def test_array_of_bfloat16_is_refused():
    body = with_message(
        '["array",0]', bytes(4), _0=F32 | {"dtype": "BF16"} | {"data_offsets": [0, 4]}
    )

    with pytest.raises(WireError):
        decode(body)


CORPUS = [
    b"".join(encode(value))
    for value in (
        None,
        [1, -2, True, "text", "\u6ce8\u610f", 0.5, float("nan")],
        {"a": (1, 2.5), 7: [], (1, "b"): {}, None: "", 0.5: False},
        torch.arange(6, dtype=torch.float32).reshape(2, 3),
        {
            "input_ids": torch.ones(2, 4, dtype=torch.int64),
            "mask": torch.zeros(2, 4, dtype=torch.bool),
            "empty": torch.empty(0, 3, dtype=torch.float16),
        },
        [np.arange(5), torch.tensor(1.0, dtype=torch.bfloat16), np.ones((2, 0))],
        [Handle(id=3, type_name="Collator"), [[[[torch.ones(1, requires_grad=True)]]]]],
    )
]
BITS_OF_BODIES = [
    *(b"[", b"]", b"{", b"}", b'"', b"\\", b",", b":", b"0", b"1", b"-", b".", b"e"),
    *(b"null", b"true", b"NaN", b"1e9", b"\\ud800", b"\x00", b"\xff", b"\xed\xa0\x80"),
    *(b'[\\"list\\"]', b'[\\"tensor\\",0,\\"cpu\\",false]', b'[\\"float\\",\\"nan\\"]'),
    *(b'"F64"', b'"BOOL"', b'"U8"', b"[0,0]", b"9223372036854775808", b"[" * 2000),
]


def mutated(source):
    """A body of the corpus after a few small changes."""
    body = bytearray(source.choice(CORPUS))
    for _ in range(source.choice([1, 1, 1, 2, 3, 8])):
        begin = source.randrange(len(body) + 1)
        end = min(len(body), begin + source.choice([0, 1, 1, 2, 4, 8, 40]))
        other = source.choice(CORPUS)
        start = source.randrange(len(other))
        body[begin:end] = source.choice(
            [
                b"",
                source.randbytes(end - begin),
                source.choice(BITS_OF_BODIES),
                body[begin:end] * 2,
                other[start : start + source.randrange(60)],
            ]
        )
    return body


def with_a_true_length(body):
    """The body with a header up to the last brace, padded, and the length of that."""
    end = body.rfind(b"}") + 1
    return with_header(bytes(body[8:end]), bytes(body[end:]).lstrip(b" "))


def test_ten_thousand_mutated_bodies_are_refused_or_stable():
    source = random.Random(20260901)  # noqa: S311 - a fixed stream, not a secret
    bodies = [mutated(source) for _ in range(5000)]
    bodies += [with_a_true_length(mutated(source)) for _ in range(5000)]

    n_refused = sum(map(refused_or_stable, bodies))

    assert 0 < n_refused < len(bodies)


@pytest.mark.parametrize("body", CORPUS, ids=range(len(CORPUS)))
def test_body_cut_short_anywhere_is_refused(body):
    cuts = [bytearray(body[:n_bytes]) for n_bytes in range(len(body))]

    assert all(map(refused_or_stable, cuts))


@given(st.binary(max_size=200))
@drawn
def test_drawn_bytes_are_refused_or_stable(body):
    refused_or_stable(bytearray(body))


tags = st.sampled_from(["list", "tuple", "dict", "float", "tensor", "array", "handle"])
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-1, 3)
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.sampled_from(["cpu", "cuda:0", "nan", "-inf", "0x1.0000000000000p+0", "A"])
)
nodes = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(tags, inner, inner).map(list)
        | st.tuples(tags, st.lists(inner, max_size=3)).map(lambda n: [n[0], *n[1]])
        | st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=10,
)


def taken_apart(body):
    """The message and the entries of a body as one tree, and the data."""
    start = 8 + int.from_bytes(body[:8], "little")
    tree = json.loads(body[8:start])
    message = json.loads(tree.pop("__metadata__")["message"])
    return {"message": message, **tree}, body[start:]


def places(tree):
    """Every place in a tree: a container and a key or an index in it."""
    pairs = tree.items() if type(tree) is dict else enumerate(tree)
    for key, child in list(pairs):
        yield tree, key
        if type(child) in (dict, list):
            yield from places(child)


@st.composite
def altered(draw):
    """A body of the corpus with one or two places of its tree replaced or removed."""
    tree, data = taken_apart(draw(st.sampled_from(CORPUS)))
    for _ in range(draw(st.integers(1, 2))):
        container, key = draw(st.sampled_from(list(places(tree))))
        other, other_key = draw(st.sampled_from(list(places(tree))))
        if draw(st.booleans()):
            container[key] = draw(nodes)
        elif draw(st.booleans()):
            container[key] = copy.deepcopy(other[other_key])
        elif container is not tree:
            del container[key]
    message = json.dumps(tree.pop("message"))
    return with_message(message, data, **tree)


@given(altered())
@drawn
def test_altered_trees_are_refused_or_stable(body):
    refused_or_stable(body)


@given(nodes)
@drawn
def test_drawn_messages_are_refused_or_stable(node):
    refused_or_stable(with_message(json.dumps(node)))
