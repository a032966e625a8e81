"""A notebook that defines a part: its code cells become the part's source."""

import ast
import json

import pytest

from autograder.intake.notebooks import convert

KEY = ("a1_tiny", "adder")
ADD = "def add(a, b):\n    return a + b"


def notebook(*cells, kind="code"):
    made = [{"cell_type": kind, "source": cell} for cell in cells]
    return json.dumps({"cells": made, "nbformat": 4}).encode()


def defined(source):
    return [node.name for node in ast.parse(source).body if hasattr(node, "name")]


def test_notebook_is_taken_where_the_module_is_missing(take, put):
    [submission] = take(put("alice/hw.ipynb", content=notebook(ADD))).submissions

    assert defined(submission.files[KEY]) == ["add"]
    assert submission.notes == ("adder.py was made of the code cells of hw.ipynb",)


def test_notebook_as_a_file_of_its_own_is_taken(take, put):
    [submission] = take(put("alice.ipynb", content=notebook(ADD))).submissions

    assert defined(submission.files[KEY]) == ["add"]


def test_notebook_in_a_zip_is_taken(take, pack):
    pack([("work/hw.ipynb", notebook(ADD))], "alice.zip")

    assert KEY in take().submissions[0].files


def test_notebook_beside_the_module_is_not_read(take, put):
    put("alice/hw.ipynb", content=notebook(ADD))

    [submission] = take(put("alice/adder.py", content=b"x = 1\n")).submissions

    assert submission.files == {KEY: b"x = 1\n"}
    assert submission.notes == ()


@pytest.mark.parametrize(
    "content",
    [notebook("def other():\n    pass"), notebook(ADD, kind="markdown")],
    ids=["other_names", "no_code"],
)
def test_notebook_that_defines_no_part_is_only_named(take, put, content):
    [submission] = take(put("alice/hw.ipynb", content=content)).submissions

    assert submission.files == {}
    assert submission.sources == ("hw.ipynb",)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b'{"cells": 1}', b'{"cells": [{}]}', b"\xff", b"[" * 100_000],
    ids=["empty", "list", "number", "no_cell", "no_unicode", "deep"],
)
def test_file_that_is_no_notebook_is_said(take, put, content):
    [submission] = take(put("alice/hw.ipynb", content=content)).submissions

    assert submission.files == {}
    assert submission.notes[0].startswith("hw.ipynb cannot be read: ")


def test_lines_that_are_not_python_are_counted_in_the_note(take, put):
    content = notebook("%matplotlib inline\n!pip install x", ADD)

    [submission] = take(put("alice/hw.ipynb", content=content)).submissions

    [note] = submission.notes
    assert note.endswith("of hw.ipynb, without 2 lines that are not Python")


NOT_PYTHON = {
    "magic": "%matplotlib inline",
    "shell": "!pip install torch",
    "assigned_shell": "files = !ls",
    "assigned_magic": "taken = %time 1",
    "help": "add?",
    "help_before": "?add",
    "inside_a_block": "if True:\n    !ls",
}


@pytest.mark.parametrize("line", NOT_PYTHON.values(), ids=NOT_PYTHON)
def test_line_that_is_not_python_is_left_out(line):
    converted = convert(notebook(f"{line}\n{ADD}"))

    assert "add" in defined(converted.source)
    assert converted.n_left_out == 1


@pytest.mark.parametrize("first", ["%%time", "\n%%capture out"])
def test_cell_under_a_magic_about_python_is_kept(first):
    converted = convert(notebook(f"{first}\n{ADD}"))

    assert defined(converted.source) == ["add"]


@pytest.mark.parametrize("first", ["%%bash", "%%html", "%%writefile x.py"])
def test_cell_of_another_language_is_left_out(first):
    converted = convert(notebook(f"{first}\nls -l\n", ADD))

    assert defined(converted.source) == ["add"]
    assert converted.n_left_out == 2


PYTHON = {
    "text": 'x = """\n%d is no magic\n!nor this\nor this?\n"""',
    "bracket": "x = (7\n% 4)",
    "warning": 'x = "\\d"',
}


@pytest.mark.parametrize("cell", PYTHON.values(), ids=PYTHON)
def test_python_that_looks_like_a_magic_is_kept(cell):
    converted = convert(notebook(cell))

    assert converted.n_left_out == 0
    assert cell in converted.source.decode()


def test_cell_that_python_cannot_read_is_kept_for_its_student_to_see(take, put):
    folder = put("alice/hw.ipynb", content=notebook(ADD, "def (:\n"))

    [submission] = take(folder).submissions

    assert b"def (:" in submission.files[KEY]


def test_cells_come_in_order_under_their_numbers():
    converted = convert(notebook("a = 1", ["b = 2\n", "c = 3"]))

    assert converted.source == b"# cell 1\na = 1\n\n\n# cell 2\nb = 2\nc = 3\n"
