import math
from collections import OrderedDict

import numpy as np
import pytest
import torch

from autograder.kit.compare import (
    assert_has_keys,
    assert_parity,
    assert_tensor,
    assert_type,
    describe,
)
from autograder.kit.expect import raises
from autograder.kit.failures import (
    CheckFailed,
    Sentence,
    SubmissionLost,
    SubmissionRaised,
)

T = torch.tensor
SAME = {
    "int": 3,
    "text": "x",
    "none": None,
    "true": True,
    "float": 0.5,
    "infinity": math.inf,
    "list": [1, [2, "x"]],
    "tuple": (1, ()),
    "dict": {"a": [1], "b": None},
    "tensor": T([1, 2]),
    "scalar": T(1.5),
    "empty": torch.empty(0, 3),
    "bool_tensor": T([True]),
    "nested_tensor": {"a": [T([1])]},
}


@pytest.mark.parametrize("kind", SAME)
def test_parity_passes_on_equals(kind):
    other = torch.clone(SAME[kind]) if "tensor" in kind[:6] else SAME[kind]

    assert_parity(other, SAME[kind])


DIFFERENT = {
    "value": (4, 3, "wrong value"),
    "bool_for_int": (True, 1, "wrong type"),
    "int_for_bool": (1, True, "wrong type"),
    "float_for_int": (3.0, 3, "wrong type"),
    "nan": (math.nan, 0.5, "wrong value"),
    "text": ("y", "x", "wrong value"),
    "none": (None, 3, "wrong type"),
    "zero_for_none": (0, None, "wrong type"),
    "tuple_for_list": ((1,), [1], "wrong type"),
    "list_for_tuple": ([1], (1,), "wrong type"),
    "shorter": ([1], [1, 2], "wrong length"),
    "longer": ([1, 2, 3], [1, 2], "wrong length"),
    "empty": ([], [1], "wrong length"),
    "missing_key": ({"a": 1}, {"a": 1, "b": 2}, "wrong keys"),
    "extra_key": ({"a": 1, "b": 2}, {"a": 1}, "wrong keys"),
    "subclass_of_dict": (OrderedDict(a=1), {"a": 1}, "wrong type"),
    "list_for_tensor": ([1], T([1]), "wrong type"),
    "array_for_tensor": (np.array([1]), T([1]), "wrong type"),
    "parameter": (torch.nn.Parameter(T([1.0])), T([1.0]), "wrong type"),
    "tensor_for_int": (T(3), 3, "wrong type"),
    "shape": (T([[1, 2]]), T([1, 2]), "wrong shape"),
    "would_broadcast": (T([1]), T([1, 1]), "wrong shape"),
    "scalar_for_row": (T(1), T([1]), "wrong shape"),
    "empty_shape": (torch.empty(3, 0), torch.empty(0, 3), "wrong shape"),
    "dtype": (T([1], dtype=torch.int32), T([1]), "wrong dtype"),
    "float_dtype": (T([1.0]).double(), T([1.0]), "wrong dtype"),
    "values": (T([1, 9]), T([1, 2]), "wrong values"),
    "nan_in_tensor": (T([math.nan]), T([1.0]), "wrong values"),
    "last_bit": (T([0.1]).nextafter(T([1.0])), T([0.1]), "wrong values"),
}


@pytest.mark.parametrize("kind", DIFFERENT)
def test_parity_names_what_differs(kind):
    actual, expected, said = DIFFERENT[kind]

    with pytest.raises(CheckFailed) as caught:
        assert_parity(actual, expected)

    assert caught.value.difference.kind == said


@pytest.mark.parametrize(
    ("actual", "expected", "what"),
    [
        pytest.param([1, [2, 9]], [1, [2, 3]], "it[1][1]", id="list"),
        pytest.param({"a": (1, 9)}, {"a": (1, 2)}, "it['a'][1]", id="dict"),
        pytest.param(T([[1, 2], [3, 9]]), T([[1, 2], [3, 4]]), "it[1, 1]", id="tensor"),
        pytest.param([T(1)], [T(2)], "it[0]", id="scalar_tensor"),
    ],
)
def test_parity_names_the_first_place_that_differs(actual, expected, what):
    with pytest.raises(CheckFailed) as caught:
        assert_parity(actual, expected, "it")

    assert caught.value.difference.what == what


def test_parity_counts_the_values_that_differ():
    with pytest.raises(CheckFailed) as caught:
        assert_parity(T([1, 9, 9]), T([1, 2, 3]))

    difference = caught.value.difference
    assert (difference.expected, difference.got) == ("2", "9")
    assert (difference.n_wrong, difference.n_values) == (2, 3)


@pytest.mark.parametrize(
    "expected",
    [
        pytest.param(math.nan, id="float"),
        pytest.param(T([1.0, math.nan]), id="tensor"),
        pytest.param([math.nan], id="nested"),
    ],
)
def test_nan_of_an_oracle_is_no_wildcard(expected):
    with pytest.raises(ValueError, match="NaN"):
        assert_parity(expected, expected)


def test_assert_type_takes_no_subclass():
    with pytest.raises(CheckFailed, match="expected an int, got True"):
        assert_type(True, int)  # noqa: FBT003 - the example


@pytest.mark.parametrize(
    ("tensor", "said"),
    [
        pytest.param(torch.zeros(3, 2), "wrong shape", id="order"),
        pytest.param(torch.zeros(2, 3, dtype=torch.int64), "wrong dtype", id="dtype"),
        pytest.param([[0.0] * 3] * 2, "wrong type", id="list"),
    ],
)
def test_assert_tensor_names_what_differs(tensor, said):
    with pytest.raises(CheckFailed, match=said):
        assert_tensor(tensor, shape=(2, 3), dtype=torch.float32)


def test_assert_tensor_sees_sizes_in_another_order():
    with pytest.raises(CheckFailed) as caught:
        assert_tensor(torch.zeros(3, 2), shape=(2, 3), dtype=torch.float32)

    remark = caught.value.difference.remark
    assert str(remark) == "the same sizes in another order"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(T([[1.0]]), "a torch.float32 tensor of shape (1, 1)", id="tensor"),
        pytest.param(None, "None", id="none"),
        pytest.param("x\n", "'x\\n'", id="text"),
        pytest.param([1, 2], "a list of 2", id="list"),
        pytest.param({}, "a dict of 0", id="dict"),
        pytest.param({1}, "a set", id="other"),
        pytest.param(object(), "an object", id="vowel"),
    ],
)
def test_describe_is_short(value, text):
    assert describe(value) == text


@pytest.mark.parametrize(
    "value", ["x" * 999, 10**999, 10**9999], ids=["text", "int", "huge_int"]
)
def test_describe_cuts_what_is_long(value):
    assert len(describe(value)) <= 60


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(ValueError("x"), id="here"),
        pytest.param(UnicodeError("x"), id="subclass_here"),
        pytest.param(
            SubmissionRaised("ValueError", "", bases=("ValueError",)), id="there"
        ),
        pytest.param(
            SubmissionRaised("Own", "", bases=("ValueError", "Exception")),
            id="subclass_there",
        ),
    ],
)
def test_raises_passes_on_the_error_expected(error):
    with raises(ValueError, "it"):
        raise error


def test_raises_fails_when_nothing_was_raised():
    with (
        pytest.raises(CheckFailed, match="expected a ValueError, got no error"),
        raises(ValueError, "it"),
    ):
        pass


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(KeyError("x"), id="here"),
        pytest.param(SubmissionRaised("KeyError", "", bases=("KeyError",)), id="there"),
        pytest.param(SubmissionRaised("ValueError", "", bases=()), id="only_named_so"),
    ],
)
def test_raises_fails_on_another_error(error):
    with pytest.raises(CheckFailed) as caught, raises(ValueError, "it"):
        raise error

    assert caught.value.difference.kind == "wrong error"


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(NotImplementedError("x"), id="stub_here"),
        pytest.param(
            SubmissionRaised(
                "NotImplementedError", "", bases=("NotImplementedError", "RuntimeError")
            ),
            id="stub_there",
        ),
        pytest.param(SubmissionLost(Sentence("x"), timed_out=True), id="lost"),
        pytest.param(KeyboardInterrupt(), id="interrupt"),
    ],
)
def test_raises_takes_no_absence_for_an_answer(error):
    with pytest.raises(type(error)) as caught, raises(RuntimeError, "it"):
        raise error

    assert caught.value is error


def test_dict_with_more_keys_than_asked_for_has_them():
    assert_has_keys({"ids": 1, "mask": 2}, ["ids"])


def test_dict_without_a_key_names_it():
    with pytest.raises(CheckFailed, match="the key 'mask' among others"):
        assert_has_keys({"ids": 1}, ["ids", "mask"])


def test_what_is_no_dict_has_no_keys():
    with pytest.raises(CheckFailed, match="wrong type"):
        assert_has_keys(["ids"], ["ids"])
