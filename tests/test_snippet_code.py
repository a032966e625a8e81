"""The code of a snippet: calls as literals, or nothing where that cannot be read."""

import numpy as np
import pytest
import torch

from autograder.snippet import snippet
from autograder.submission.transcript import Exchange, Transcript
from autograder.worker.wire import Handle, encode

FUNCTION = Handle(id=0, type_name="function")
BOX = Handle(id=1, type_name="SmallBox")


def exchange(op, returned, **what):
    return Exchange(
        op=op,
        request=b"".join(encode({"id": 0, "op": op, **what})),
        reply=b"".join(encode({"id": 0, "returned": returned})),
    )


def written(*exchanges):
    transcript = Transcript()
    for each in exchanges:
        transcript.note(each)
    return snippet(transcript, assignment="a1_tiny", part="adder")


def get(name="add", made=FUNCTION, target=None):
    return exchange("get", made, target=target, name=name)


def call(*args, target=FUNCTION, made=None, **kwargs):
    return exchange("call", made, target=target, args=list(args), kwargs=kwargs)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param(None, "None", id="none"),
        pytest.param('a "b"\n', repr('a "b"\n'), id="text"),
        pytest.param(float("-inf"), 'float("-inf")', id="infinite"),
        pytest.param((1,), "(1,)", id="tuple of one"),
        pytest.param({"a": [1, (2, 3)]}, "{'a': [1, (2, 3)]}", id="nested"),
    ],
)
def test_plain_value_is_a_literal(value, code):
    said = written(get(), call(value, scale=value))

    assert said == (
        "from assignments.a1_tiny.adder import add\n\n"
        f"print(add({code}, scale={code}))\n"
    )


@pytest.mark.parametrize(
    ("value", "code", "library"),
    [
        pytest.param(
            torch.tensor([[1, 2]]),
            "torch.tensor([[1, 2]], dtype=torch.int64)",
            "torch",
            id="tensor",
        ),
        pytest.param(
            torch.tensor([float("nan"), 0.5], dtype=torch.bfloat16),
            'torch.tensor([float("nan"), 0.5], dtype=torch.bfloat16)',
            "torch",
            id="not a number",
        ),
        pytest.param(
            torch.zeros(0, 3),
            "torch.empty((0, 3), dtype=torch.float32)",
            "torch",
            id="empty tensor",
        ),
        pytest.param(
            np.array([1, 2], dtype=np.int32),
            "np.array([1, 2], dtype=np.int32)",
            "numpy as np",
            id="array",
        ),
        pytest.param(
            np.array([True]),
            "np.array([True], dtype=bool)",
            "numpy as np",
            id="boolean array",
        ),
    ],
)
def test_tensor_is_written_with_its_dtype_and_imported(value, code, library):
    said = written(get(), call(value))

    assert said == (
        f"import {library}\n\nfrom assignments.a1_tiny.adder import add\n\n"
        f"print(add({code}))\n"
    )


def test_object_gets_a_name_and_is_used_by_it():
    said = written(
        get("SmallBox"),
        call(3, made=BOX),
        get("lid", Handle(id=2, type_name="method"), BOX),
        call(BOX, target=Handle(id=2, type_name="method")),
    )

    assert said == (
        "from assignments.a1_tiny.adder import SmallBox\n\n"
        "small_box = SmallBox(3)\n"
        "print(small_box.lid(small_box))\n"
    )


def test_long_argument_stands_on_several_lines():
    said = written(get(), call([list(range(20)), list(range(20))]))

    assert max(map(len, said.splitlines())) <= 88
    assert said.count("\n") == 6


@pytest.mark.parametrize(
    "exchanges",
    [
        pytest.param([], id="nothing asked"),
        pytest.param([get()], id="nothing called"),
        pytest.param([get(), call(torch.zeros(65))], id="large tensor"),
        pytest.param([get(), call("x" * 2001)], id="long text"),
        pytest.param([get(), call(list(range(20_000)))], id="long list"),
        pytest.param([call(1)], id="function from nowhere"),
        pytest.param(
            [exchange("import", FUNCTION), call(1)], id="function of the import"
        ),
        pytest.param([get(made=[FUNCTION]), call(1)], id="function inside an answer"),
        pytest.param(
            [
                get(),
                call(1),
                exchange("probe", 1, module="m", name="f", args=[], kwargs={}),
            ],
            id="probe last",
        ),
    ],
)
def test_what_cannot_be_read_or_run_is_no_snippet(exchanges):
    assert written(*exchanges) == ""
