"""Reads a submission without running it: what of it the assignment forbids."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from autograder.kit.failures import Sentence

IMPORTERS = ("__import__", "import_module")


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One forbidden import or name, and the line where it stands.

    Attributes:
        name: the module or the name in full, such as `torch.nn.RMSNorm`.
        line: its line, 0 where that is not known.
        deed: the part "imports" or "reads" a module, or "uses" a name in one.
    """

    name: str
    line: int
    deed: str = "imports"

    def said_of(self, part: str) -> Sentence:
        """The sentence that tells the student of `part`."""
        place = f"{part}.py:{self.line}" if self.line else f"{part}.py"
        values = {"place": place, "name": repr(self.name)}
        match self.deed:
            case "imports":
                said = (
                    "{place} imports {name},"
                    " which this assignment asks you to do without"
                )
            case "reads":
                said = (
                    "{place} reads the source of {name},"
                    " which this assignment asks you to do without"
                )
            case _:
                said = (
                    "{place} uses {name},"
                    " which this assignment asks you to write yourself"
                )
        return Sentence(said, values)


def violations(
    source: bytes, forbidden: Collection[str], names: Collection[str] = ()
) -> tuple[Violation, ...]:
    """What `source` imports or uses and must not, by statement or by a literal name.

    A source that does not parse has none: importing it will say what is wrong.

    Args:
        source: the module.
        forbidden: top-level modules that must not be imported.
        names: names of other libraries that must not be used, such as
            `torch.nn.RMSNorm`; also forbidden wherever else in its library the last
            part of a name stands, such as `torch.nn.modules.RMSNorm`.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    imports = (
        Violation(name=module, line=line)
        for module, line in _imports(tree)
        if module.split(".")[0] in forbidden
    )
    ends = {(name.split(".")[0], name.split(".")[-1]) for name in names}
    uses = (
        Violation(name=name, line=line, deed="uses")
        for name, line in (_uses(tree) if ends else ())
        if any((name.split(".")[0], end) in ends for end in name.split(".")[1:])
    )
    return (*imports, *uses)


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


def _uses(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Names inside imported modules, in full, that a source imports or reads."""
    known = _aliases(tree)
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=names, level=0):
                for alias in names:
                    yield f"{module}.{alias.name}", node.lineno
            case ast.Attribute() | ast.Call():
                if name := _full_name(node, known):
                    yield name, node.lineno


def _aliases(tree: ast.AST) -> dict[str, str]:
    """What each name that an import or a plain assignment binds stands for."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    first = alias.name.split(".")[0]
                    known[alias.asname or first] = alias.name if alias.asname else first
            case ast.ImportFrom(module=str(module), names=names, level=0):
                for alias in names:
                    known[alias.asname or alias.name] = f"{module}.{alias.name}"
            case ast.Assign(targets=[ast.Name(id=target)], value=value):
                if target not in known and (name := _full_name(value, known)):
                    known[target] = name
    return known


def _full_name(node: ast.expr, known: dict[str, str]) -> str | None:
    """The name in full that an expression reads, if it starts with a known one."""
    match node:
        case ast.Name(id=name):
            return known.get(name)
        case (
            ast.Attribute(value=owner, attr=attribute)
            | ast.Call(
                func=ast.Name(id="getattr"),
                args=[owner, ast.Constant(value=str(attribute)), *_],
            )
        ):
            found = _full_name(owner, known)
            return f"{found}.{attribute}" if found else None
    return None
