"""Public names and how they are called, as syntax says it."""

import tomllib

import pytest

from autograder.errors import CatalogError
from autograder.signatures import (
    INTERFACE,
    Change,
    changes,
    read_interface,
    signatures,
    written,
)

STUB = b"""\
import torch


class Layer(torch.nn.Module):
    def __init__(self, config: "Config", *, eps: float = 1e-6) -> None:
        raise NotImplementedError

    def forward(self, x: Tensor, /, mask=None, *rest, **more) -> Tensor:
        raise NotImplementedError

    def _own(self): ...


def turn(x, by="left"):
    raise NotImplementedError


def _helper(): ...
"""
EXPECTED = signatures(STUB)


def test_signatures_leave_annotations_and_private_names_out():
    assert EXPECTED == {
        "Layer": "class",
        "Layer.__init__": "(self, config, *, eps=1e-06)",
        "Layer.forward": "(self, x, /, mask=None, *rest, **more)",
        "turn": "(x, by='left')",
    }


KEPT = {
    "stub": STUB,
    "other_annotations": STUB.replace(b"x: Tensor", b"x: 'list[int]'"),
    "defaults_in_other_words": STUB.replace(b"1e-6", b"0.000001"),
    "helpers": STUB + b"\n\ndef helper(a): ...\n",
    "async": STUB.replace(b"def turn", b"async def turn"),
    "assigned": STUB.replace(b"def turn", b"def _turn") + b"\n\nturn = wraps(_turn)\n",
    "imported": STUB.replace(b"def turn", b"def _t")
    + b"\n\nfrom .x import y as turn\n",
    "under_a_condition": STUB[: STUB.index(b"def turn")]
    + b"if torch.x:\n    def turn(a): ...\nelse:\n    def turn(b): ...\n",
}


@pytest.mark.parametrize("source", KEPT.values(), ids=KEPT)
def test_kept_interface_has_no_changes(source):
    assert changes(source, EXPECTED) == []


CHANGED = {
    "renamed_parameter": ("by=", "to=", "turn", "(x, to='left')"),
    "other_default": ("'left'", "'right'", "turn", "(x, by='right')"),
    "one_more_parameter": ("by=", "y=0, by=", "turn", "(x, y=0, by='left')"),
    "renamed_function": ("def turn", "def turned", "turn", ""),
    "renamed_method": ("forward", "__call__", "Layer.forward", ""),
}


@pytest.mark.parametrize(("old", "new", "name", "got"), CHANGED.values(), ids=CHANGED)
def test_change_is_told_with_what_was_expected(old, new, name, got):
    source = STUB.decode().replace('"left"', "'left'").replace(old, new).encode()

    assert changes(source, EXPECTED) == [
        Change(name=name, expected=EXPECTED[name], got=got)
    ]


def test_missing_class_is_told_once():
    source = STUB.replace(b"class Layer", b"class Other")

    assert [change.name for change in changes(source, EXPECTED)] == ["Layer"]


@pytest.mark.parametrize("source", [b"def f(:", b"\0", b"(" * 10_000])
def test_source_that_is_no_python_says_so(source):
    with pytest.raises(SyntaxError):
        signatures(source)


def test_interface_is_read_as_it_was_written(tmp_path):
    interface = {"layer": EXPECTED, "quotes": {"f": "(x='\"\\\\\\n 王')"}}
    (tmp_path / INTERFACE).write_text(written(interface), encoding="utf-8")

    assert read_interface(tmp_path) == interface


def test_folder_without_an_interface_expects_nothing(tmp_path):
    assert read_interface(tmp_path) == {}


@pytest.mark.parametrize("text", ["a", "a = 1"])
def test_interface_that_is_none_is_named(tmp_path, text):
    (tmp_path / INTERFACE).write_text(text, encoding="utf-8")

    with pytest.raises(CatalogError, match=r"interface\.toml"):
        read_interface(tmp_path)


def test_interface_is_toml():
    assert tomllib.loads(written({"layer": EXPECTED})) == {"layer": EXPECTED}
