"""Finds the student's lines that a check is about, from syntax alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CALLED = ("__call__", "forward")
"""What runs when an instance is called."""


def place(part_file: Path, check_file: Path, check: str) -> int | None:
    """The line at which the code under check begins, if there is just one such.

    Args:
        part_file: the student's module, which may be anything.
        check_file: the file that defines the check.
        check: the check's name.
    """
    names = asked_for(check_file, check)
    if len(names) != 1:
        return None
    try:
        module = ast.parse(part_file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    (name,) = names
    return _line(module, name)


@cache
def asked_for(check_file: Path, check: str) -> frozenset[str]:
    """Names that a check takes from the submission, itself or by its own functions."""
    module = ast.parse(check_file.read_text(encoding="utf-8"))
    functions = {n.name: n for n in module.body if isinstance(n, ast.FunctionDef)}
    seen: set[str] = set()
    waiting = [check]
    names: set[str] = set()
    while waiting:
        function = functions.get(waiting.pop())
        if function is None or function.name in seen:
            continue
        seen.add(function.name)
        for node in ast.walk(function):
            match node:
                case ast.Attribute(value=ast.Name(id="submission"), attr=name):
                    names.add(name)
                case ast.Name(id=name):
                    waiting.append(name)
    return frozenset(names)


def _line(module: ast.Module, name: str) -> int | None:
    found: ast.AST | None = None
    for node in _definitions(module):
        if node.name == name:
            found = node
    if isinstance(found, ast.ClassDef):
        for node in _definitions(found):
            if node.name in CALLED:
                return node.lineno
    return getattr(found, "lineno", None)


def _definitions(
    node: ast.Module | ast.ClassDef,
) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    yield from (n for n in node.body if isinstance(n, ast.FunctionDef | ast.ClassDef))
