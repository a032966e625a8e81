"""Turns the code cells of a notebook into the source of a module."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_NOTEBOOK = 16 << 20
MOST_LEFT_OUT = 200
"""Lines of one cell that are left out before it is taken as it is."""
# What may stand first in a cell of Python; below any other there is another language.
ABOUT_PYTHON = ("%%time", "%%timeit", "%%capture", "%%prun")
LINE = re.compile(r"(?P<indent>\s*)([%!?]|.*\?\s*$|.*=\s*[%!])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """Source of a notebook's code cells.

    Attributes:
        source: what Python can read of them, each cell under its number.
        n_left_out: lines of magics and shell commands that are not in it.
        defined: public functions and classes that its readable cells define.
    """

    source: bytes
    n_left_out: int
    defined: frozenset[str]


def convert(notebook: bytes) -> Converted:
    """The source that a notebook's code cells make.

    Raises:
        ValueError: if this is no notebook.
    """
    pieces: list[str] = []
    n_left_out = 0
    defined: set[str] = set()
    for number, cell in _code_cells(notebook):
        kept, left_out = _python_of(cell)
        pieces.append(f"# cell {number}\n{kept}\n")
        n_left_out += left_out
        defined |= defined_names(kept.encode("utf-8", "replace"))
    source = "\n\n".join(pieces).encode("utf-8", "replace")
    return Converted(source=source, n_left_out=n_left_out, defined=frozenset(defined))


def defined_names(source: bytes) -> set[str]:
    """The public functions and classes of a module; none if it cannot be read."""
    try:
        body = _parsed(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = {node.name for node in body if isinstance(node, definitions)}
    return {name for name in found if not name.startswith("_")}


def _parsed(source: str | bytes) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a student's text, not of ours
        return ast.parse(source)


def _code_cells(notebook: bytes) -> Iterator[tuple[int, str]]:
    try:
        cells = json.loads(notebook)["cells"]
        for number, cell in enumerate(cells, start=1):
            if cell["cell_type"] == "code":
                yield number, "".join(cell["source"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"it is no notebook: {error!r}") from error


def _python_of(cell: str) -> tuple[str, int]:
    """The lines of a cell that Python reads, and how many others there were.

    A line is left out only where Python stumbles over it, for inside a text or a
    bracket `%` and `!` may begin a line of Python.
    """
    lines = cell.splitlines()
    first = next(iter(cell.split()), "")
    n_left_out = 0
    if first.startswith("%%"):
        if first not in ABOUT_PYTHON:
            return "", len(lines)
        start = next(n for n, line in enumerate(lines) if line.strip())
        lines[start] = ""
        n_left_out = 1
    while n_left_out <= MOST_LEFT_OUT and (at := _stumble(lines)) is not None:
        found = LINE.match(lines[at])
        if not found:
            break
        lines[at] = f"{found['indent']}pass"
        n_left_out += 1
    return "\n".join(lines), n_left_out


def _stumble(lines: list[str]) -> int | None:
    """The line at which Python cannot read on, from 0; None if it can."""
    try:
        _parsed("\n".join(lines))
    except SyntaxError as error:
        return min((error.lineno or 1), len(lines)) - 1
    except (ValueError, RecursionError, MemoryError):
        return None
    return None
