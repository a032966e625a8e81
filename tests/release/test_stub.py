"""The stub keeps what a student is given and nothing of the solution."""

import ast
from dataclasses import dataclass
from itertools import compress
from textwrap import dedent, indent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.release.stub import make_stub


def examples(arguments, **cases):
    return pytest.mark.parametrize(arguments, list(cases.values()), ids=list(cases))


def stub_of(source):
    return make_stub(source, assignment="a2_collator")


def raising(name):
    return f'raise NotImplementedError("a2_collator: implement {name}")'


@examples(
    ("source", "signature"),
    plain=("def f(x: int = 1):\n    return x\n", "def f(x: int = 1):"),
    one_line=("def f(): return 1\n", "def f():"),
    two_statements_on_a_line=("def f(): x = 1; return x\n", "def f():"),
    asynchronous=("async def f(x):\n    await x\n", "async def f(x):"),
    nested=("def f():\n    def g():\n        return 1\n    return g\n", "def f():"),
    comments_inside=("def f():\n    # a\n    return 1  # b\n    # c\n", "def f():"),
    comment_behind=("def f():  # noqa: D103\n    return 1\n", "def f():  # noqa: D103"),
    lines=("def f(\n    x,  # a\n):\n    return x\n", "def f(\n    x,  # a\n):"),
    decorated=("@a(1)\n# b\n@c  # d\ndef f(): ...\n", "@a(1)\n# b\n@c  # d\ndef f():"),
    overload=("@overload\ndef f(x: int) -> B: ...\n", "@overload\ndef f(x: int) -> B:"),
    bytes_first=("def f():\n    b'rows'\n    return 1\n", "def f():"),
    format_first=("def f(x):\n    f'{x}'\n    return 1\n", "def f(x):"),
)
def test_stub_raises_in_place_of_a_body(source, signature):
    stub = stub_of(source)

    assert stub == f"{signature}\n    {raising('f')}\n"


@pytest.mark.parametrize("name", ["pad", "__call__"])
@examples(
    "method",
    plain="def {}(self, rows):",
    asynchronous="async def {}(self, rows):",
    of_a_property="@property\n    def {}(self):",
    static="@staticmethod\n    def {}(rows):",
)
def test_stub_names_a_method_without_its_class(method, name):
    head = f"class Collator:\n    {method.format(name)}\n        "

    stub = stub_of(f"{head}return rows\n")

    assert stub == f"{head}{raising(name)}\n"


@examples(
    "docstring",
    of_one_line='"""Pad."""',
    of_several_lines='r"""Pad\n\n      \\rows.   \n    """',
    of_two_strings='"Pad " "rows."',
)
def test_stub_keeps_the_docstring_in_front_of_the_raise(docstring):
    stub = stub_of(f"def f():\n    # why\n    {docstring}  # how\n\n    return 1\n")

    assert stub == f"def f():\n    {docstring}\n    {raising('f')}\n"


def test_stub_keeps_the_docstring_of_a_one_line_function():
    stub = stub_of("def f(): 'Pad.'; return 1\n")

    assert stub == f"def f():\n    'Pad.'\n    {raising('f')}\n"


@examples(
    "block",
    of_if="if FAST:\n{0}else:\n{0}",
    of_try="try:\n{0}except ImportError:\n{0}finally:\n{0}",
    of_loops="with LOCK:\n{0}for _ in ():\n{0}while True:\n{0}",
    of_match="match FAST:\n    case True:\n        pass\nif FAST:\n{0}",
    beside_type_checking="if TYPE_CHECKING:\n    ROWS = 1\nelif FAST:\n{0}else:\n{0}",
)
def test_stub_empties_a_function_inside_of_a_block(block):
    stub = stub_of(block.format("    def f():\n        return 1\n"))

    assert stub == block.format(f"    def f():\n        {raising('f')}\n")


@examples(
    ("source", "marker"),
    function=("def f(x):{}\n    # why\n    return x\n", "  # given"),
    line_of_the_colon=("def f(\n    x,\n) -> int:{}\n    return x\n", "  # given"),
    line_of_the_def=("def f({}\n    x,\n):\n    return x\n", "  # given"),
    one_line=("def f(): return 1{}\n", "  # given"),
    behind_a_comment=("def f():  # noqa: D103{}\n    return 1\n", "  # given"),
    before_a_comment=("def f():{}  # noqa: D103\n    return 1\n", "  # given"),
    without_a_space=("def f():{}\n    return 1\n", " #given"),
    private_constant=("_EPS = 1{}\n", "  # given"),
    private_constant_of_several_lines=("_SIZES = {{{}\n    1: 2,\n}}\n", "  # given"),
    private_function=("def _f():{}\n    return 1\n", "  # given"),
    whole_class=("class A:{}\n    def _f(self): ...\n\n    x = _f\n", "  # given"),
    private_class=("class _A({}\n    B,\n):\n    def f(self): ...\n", "  # given"),
    needless=("ROWS = 1{}\n", "  # given"),
    again_inside=(
        "class A:{0}\n    def f(self):{0}\n        return 1{0}\n",
        "  # given",
    ),
    line_of_its_own=("def f():  # given{}\n    return 1\n", "\n    # given"),
)
def test_stub_keeps_what_is_given_without_the_marker(source, marker):
    stub = stub_of(source.format(marker))

    assert stub == source.format("").replace("  # given", "")


@examples(
    "source",
    line_above="# given\ndef f():\n    return 1\n",
    decorator="@cache  # given\ndef f():\n    return 1\n",
    line_of_the_body="def f():\n    return 1  # given\n",
    own_line="def f():\n    # given\n    return 1\n",
    other_words="def f():  # given above\n    return 1\n",
)
def test_stub_empties_a_function_with_no_marker_on_its_signature(source):
    stub = stub_of(source)

    assert "return 1" not in stub


@examples(
    "private",
    constant="_EPS = 1e-6",
    annotated="_EPS: float = 1e-6  # why",
    several_lines="_SIZES = {\n    1: 2,\n}",
    unpacked="_A, (_B, *_C) = rows()",
    augmented="_EPS = 1\n_EPS += 1",
    function="def _pad(rows):\n    return rows",
    decorated="@cache\n# why\nasync def _pad(rows):\n    return rows",
    of_a_class="class _Row:\n    size = 1",
    inside_of_if="if FAST:\n    _EPS = 1",
    behind_if="if FAST: _EPS = 1",
)
def test_stub_drops_a_private_name_and_the_comment_directly_above(private):
    stub = stub_of(f"X = 1\n\n# apart\n\n# about it\n# and more\n{private}\n\nY = 2\n")

    assert stub == "X = 1\n\n# apart\n\nY = 2\n"


def test_stub_drops_private_methods_but_no_dunders_lambdas_or_attributes():
    source = """\
        class A:
            # about it
            @property
            def _rows(self):
                return 1

            _size: int = 1
            key = lambda self: 1

            def __len__(self):
                return 1

            def __secret(self):
                return 1

            # the end
        """

    stub = stub_of(dedent(source))

    assert stub == dedent(f"""\
        class A:
            _size: int = 1
            key = lambda self: 1

            def __len__(self):
                {raising("__len__")}

            # the end
        """)


def test_stub_has_a_pass_where_nothing_is_left():
    stub = stub_of("class A:\n    def _f(self): return 1\n")

    assert stub == "class A:\n    pass\n"


@examples(
    "user",
    default="def f(x=_it): ...",
    decorator="@_it\ndef f(): ...",
    annotation="def f(x: _it): ...",
    string_annotation="def f() -> 'list[_it]': ...",
    base="class A(_it): ...",
    constant="ROWS = _it",
    item="_it['a'] = 1",
    deletion="del _it",
    export="__all__ = ['_it']",
    given_body="def f():  # given\n    return _it()",
    main="if __name__ == '__main__':\n    _it()",
)
@pytest.mark.parametrize("private", ["def _it(): ...", "_it = 1"])
def test_stub_is_refused_when_what_stays_uses_a_private_name(private, user):
    with pytest.raises(ValueError, match=r"^a2_collator: .* mark .* `# given`: _it$"):
        stub_of(f"{private}\n\n{user}\n")


def test_stub_is_refused_when_what_is_given_uses_a_private_method():
    private = "    def _pad(self):\n        return 1\n"
    whole = "    def size(self):  # given\n        return self._pad()\n"

    with pytest.raises(ValueError, match=r"`# given`: _pad$"):
        stub_of(f"class A:\n{private}\n{whole}")


@examples(
    ("imports", "expected"),
    plain=("import gone", ""),
    dotted=("import gone.deep", ""),
    relative=("from . import gone", ""),
    renamed=("# about it\nfrom x import y as gone  # why", ""),
    one_of_two=("import gone, kept", "import kept"),
    last_of_a_line=("from x import kept, gone", "from x import kept"),
    last_in_parentheses=("from x import (kept,\n    gone)", "from x import (kept)"),
    all_but_one_of_several_lines=(
        "from x import (\n    gone,  # a\n    kept,  # b\n    lost,  # c\n)",
        "from x import (\n    kept,  # b\n)",
    ),
    all_of_type_checking=("if TYPE_CHECKING:\n    import gone", ""),
    part_of_type_checking=(
        "if TYPE_CHECKING:\n    import gone\n\n    import kept",
        "if TYPE_CHECKING:\n    import kept",
    ),
    that_is_given=("import gone  # given", "import gone"),
    future=("from __future__ import lost", "from __future__ import lost"),
    never_used=("import x  # noqa: F401", "import x  # noqa: F401"),
    star=("from x import *", "from x import *"),
)
def test_stub_drops_the_imports_that_only_the_solution_used(imports, expected):
    head, rest = '"""Pad."""\n\n', "ROWS = kept\n\n\ndef f():\n    "

    stub = stub_of(f"{head}{imports}\n\n{rest}return gone, lost\n")

    gap = "\n\n" if expected else ""
    assert stub == f"{head}{expected}{gap}{rest}{raising('f')}\n"


@examples(
    "user",
    annotation="def f(rows: kept): ...",
    string_annotation="def f() -> 'list[kept.Rows]': ...",
    string_of_a_variable="rows: 'kept' = 1",
    default="def f(rows=kept.ROWS): ...",
    decorator="@kept.cache\ndef f(): ...",
    base="class A(kept.B): ...",
    attribute="class A:\n    rows: kept.Rows",
    given_body="def f():  # given\n    return kept.rows()",
    bound="Rows = TypeVar('Rows', bound='kept')",
    export="__all__ = ['kept']",
    main="if __name__ == '__main__':\n    kept.run()",
)
def test_stub_keeps_an_import_that_what_stays_uses(user):
    stub = stub_of(f"import kept\n\n{user}\n\ndef g():\n    return kept\n")

    assert stub.startswith("import kept\n\n")


def test_stub_drops_the_import_of_type_checking_with_its_last_block():
    imports = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import x\n\n"

    stub = stub_of(f"{imports}def _pad(rows: x.Rows):\n    return rows\n")

    assert stub == ""


@examples(
    "source",
    nothing="",
    comment="# a comment alone\n",
    constants='"""Pad."""\n\n\n\n# a\n\n__all__ = []\nX: int = (1,2)  # b\n\n# c\n',
    of_a_class="class A(B, c=C):  # a\n\n    # b\n\n    x: int = 1\n    # c\n",
    type_checking="if TYPE_CHECKING:\n    _X = list\n    def f(): return 1\n",
    dotted_type_checking="if t.TYPE_CHECKING:\n    def f(): return 1\n",
    main='if __name__ == "__main__":\n    _x = 1\n    def f(): return _x\n',
    semicolons="x = 1;\ny = 2; z = 3\n",
    marker_in_a_string='NOTE = """\n# given\n"""\n',
    private_attribute="torch._C.flag = 1\n",
    private_class_of_a_class="class A:\n    class _B:\n        x = 1\n",
    half_a_character='X = "\\ud800"\n',
    private_loop="for _i in range(3):\n    X = [_j for _j in _i]\n",
)
def test_stub_is_the_source_where_there_is_no_solution(source):
    stub = stub_of(source)

    assert stub == source


def test_stub_keeps_line_endings_and_tabs():
    head = "class A:\r\n\tx = 1\r\n\r\n\tdef f(self):\r\n\t\t"

    stub = stub_of(f"{head}return 1\r\n")

    assert stub == f"{head}{raising('f')}\r\n"


@examples(
    ("above", "below"),
    above=("\n\n", ""),
    below=("", "\n\n"),
    both=("\n", "\n\n"),
)
def test_stub_keeps_the_wider_gap_around_what_it_drops(above, below):
    stub = stub_of(f"A = 1\n{above}_B = 2\n{below}C = 3\n")

    assert stub == "A = 1\n\n\nC = 3\n"


def test_stub_keeps_a_comment_that_stands_apart_at_the_end():
    stub = stub_of("A = 1\n\n# apart\n\n# about it\n_B = 2\n")

    assert stub == "A = 1\n\n# apart\n"


@examples(
    "source",
    no_newline="x = 1",
    blank_lines="x = 1\n\n\n",
    dropped_start="# about it\n_y = 2\n\nx = 1\n",
    dropped_end="x = 1\n\n\n_y = 2\n",
    dropped_on_the_line="x = 1; _y = 2\n",
)
def test_stub_starts_at_once_and_ends_with_one_newline(source):
    stub = stub_of(source)

    assert stub == "x = 1\n"


@examples(
    ("source", "line"),
    grammar=("x = 1\ndef f(:\n", 2),
    token=("x = 1\n\nx = $\n", 3),
    indentation=("def f():\nreturn 1\n", 2),
    null=("\0", 1),
)
def test_stub_of_what_is_not_python_is_refused_by_assignment_and_line(source, line):
    with pytest.raises(ValueError, match=rf"^a2_collator: line {line}: \w+"):
        stub_of(source)


IMPORTS = """\
import functools
import math
from collections.abc import Iterator
from collections.abc import Sequence

import numpy as np
"""
SIGNATURES = (
    "def {}(rows, x=1):",
    "def {}(rows: Sequence[int], *, x: 'np.ndarray | None' = None) -> int:",
    "async def {}(\n    rows,  # the rows\n    /,\n    *more: int,\n) -> None:",
    "@functools.cache\ndef {}(rows: int = 1):",
)
DOCSTRINGS = ('"""Rows."""', '"""Rows.\n\nMore.\n"""')
# Each statement holds a number of its own, by which it would be known again.
STATEMENTS = (
    "x{0} = rows + 1",
    "return rows[{0}]",
    "if rows > {0}:\n    return x{0}\nelse:\n    x = {0}",
    "for i in range({0}):\n    rows += {0}",
    "def inner{0}():\n    return {0}",
    "return math.floor({0})  # how",
    "# why\nrows = np.zeros(\n    {0}\n)",
    '"""No docstring, {0}."""',
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A source, the bodies its stub must lack, which of its functions stay."""

    source: str
    solution: str
    keeps: list[bool]


@st.composite
def modules(draw, *, is_marked):
    numbers = map(str, range(100, 1000))
    solution = []
    keeps = []

    def function(*, is_in_given_class=False):
        is_private = draw(st.booleans())
        is_given = is_marked and draw(st.booleans())
        is_whole = is_given or is_in_given_class
        rows = draw(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=3))
        body = "\n".join(row.format(next(numbers)) for row in rows)
        keeps.append(is_whole or not is_private)
        solution.extend([] if is_whole else [body])
        name = f"{'_' * is_private}pad{next(numbers)}"
        signature = draw(st.sampled_from(SIGNATURES)).format(name)
        block = "\n".join([draw(st.sampled_from(DOCSTRINGS)), body])
        return f"{signature}{'  # given' * is_given}\n{indent(block, '    ')}\n"

    def klass():
        is_given = is_marked and draw(st.booleans())
        n_methods = draw(st.integers(1, 3))
        methods = [function(is_in_given_class=is_given) for _ in range(n_methods)]
        block = "\n".join(["rows: int = 1\n", *methods])
        return f"class C:{'  # given' * is_given}\n{indent(block, '    ')}"

    def constant():
        n = next(numbers)
        return draw(st.sampled_from([f"X{n} = {n}\n", f"# about {n}\n_X{n} = {n}\n"]))

    kinds = draw(st.lists(st.sampled_from([function, klass, constant]), max_size=4))
    source = "\n\n".join([IMPORTS, *(kind() for kind in kinds)])
    return Module(source=source, solution="\n".join(solution), keeps=keeps)


marked = given(modules(is_marked=True))
unmarked = given(modules(is_marked=False))
quick = settings(max_examples=50, deadline=None, database=None)


def statements(source):
    nodes = ast.walk(ast.parse(source))
    return {ast.dump(node) for node in nodes if isinstance(node, ast.stmt)}


def signatures(source):
    """Return what stands in front of each body, docstring and decorators included."""
    found = []
    for node in ast.parse(source).body:
        for function in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                function.body = function.body[:1]
                found.append(ast.dump(function))
    return found


@quick
@marked
def test_no_statement_of_a_removed_body_survives(module):
    stub = stub_of(module.source)

    assert statements(module.solution).isdisjoint(statements(stub))


@quick
@marked
def test_every_function_that_stays_has_the_signature_it_had(module):
    stub = stub_of(module.source)

    assert signatures(stub) == list(compress(signatures(module.source), module.keeps))


@quick
@marked
def test_no_line_of_a_stub_has_a_marker_or_ends_with_a_space(module):
    stub = stub_of(module.source)

    lines = stub.split("\n")
    assert [line for line in lines if "given" in line or line != line.rstrip()] == []


@quick
@unmarked
def test_stub_is_its_own_stub_when_nothing_is_given(module):
    stub = stub_of(module.source)

    again = stub_of(stub)

    assert again == stub


@quick
@unmarked
def test_every_line_of_a_stub_raises_or_is_the_next_of_the_source(module):
    stub = stub_of(module.source)

    rest = iter(module.source.split("\n"))
    lines = [line for line in stub.split("\n") if "NotImplementedError" not in line]
    assert [line for line in lines if line not in rest] == []
