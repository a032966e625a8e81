"""Reads a submission's imports without running it: what the assignment forbids."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

IMPORTERS = ("__import__", "import_module")


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One forbidden import: the module and the line that names it."""

    module: str
    line: int


def violations(source: bytes, forbidden: Collection[str]) -> tuple[Violation, ...]:
    """Forbidden modules that `source` imports by statement or by a literal name.

    A source that does not parse has none: importing it will say what is wrong.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return tuple(
        Violation(module=module, line=line)
        for module, line in _imports(tree)
        if module.split(".")[0] in forbidden
    )


def _imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((alias.name, node.lineno) for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module, node.lineno
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(attr=name),
                args=[ast.Constant(value=str(module)), *_],
            ) if name in IMPORTERS:
                yield module, node.lineno
