"""Reads the public names of a module and how each is called, by syntax alone."""

from __future__ import annotations

import ast
import json
import tomllib
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CatalogError

INTERFACE = "interface.toml"
A_CLASS = "class"
HEADER = (
    "# The public names of each part and how they are called.  Keep them as they are.\n"
)
Signatures = Mapping[str, str]
"""Of each name, such as `Layer.forward`, its parameters or that it is a class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A public name that is not as it should be; `got` is empty if it is missing."""

    name: str
    expected: str
    got: str


def signatures(source: bytes) -> Signatures:
    """The public names of a module, annotations left out.

    Raises:
        SyntaxError: if this is no Python.
    """
    return dict(_of_body(_parsed(source).body, ""))


def changes(source: bytes, expected: Signatures) -> list[Change]:
    """What differs in a module from what is expected of it.

    A name that is bound in another way than by `def` or `class` is let be, for syntax
    does not say how it is called; so are further names.

    Raises:
        SyntaxError: if this is no Python.
    """
    there = signatures(source)
    bound = _bound(_parsed(source)) - there.keys()
    found: list[Change] = []
    missing: set[str] = set()
    for name, wanted in expected.items():
        owner = name.split(".")[0]
        got = there.get(name, "")
        if got == wanted or owner in bound or owner in missing:
            continue
        if not got:
            missing.add(name)
        found.append(Change(name=name, expected=wanted, got=got))
    return found


def written(interface: Mapping[str, Signatures]) -> str:
    """Signatures by part, as the text of an `interface.toml`."""
    lines = [HEADER]
    for part, names in interface.items():
        lines.append(f"\n[{part}]\n")
        # JSON's strings are TOML's, for what a signature can hold.
        lines += (f"{json.dumps(n)} = {json.dumps(s)}\n" for n, s in names.items())
    return "".join(lines)


def read_interface(folder: Path) -> Mapping[str, Signatures]:
    """Signatures by part; empty if the folder does not say them.

    Raises:
        CatalogError: if the file is not what `written` makes.
    """
    file = folder / INTERFACE
    if not file.is_file():
        return {}
    try:
        read = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CatalogError(f"{file}: {error}") from error
    if not all(isinstance(names, dict) for names in read.values()):
        raise CatalogError(f"{file}: expected a table of names for each part")
    return read


def _of_body(body: list[ast.stmt], owner: str) -> Iterator[tuple[str, str]]:
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if _is_public(name):
                    yield owner + name, f"({_without_annotations(node.args)})"
            case ast.ClassDef(name=name) if _is_public(name) and not owner:
                yield name, A_CLASS
                yield from _of_body(node.body, f"{name}.")


def _is_public(name: str) -> bool:
    return not name.startswith("_") or name[:2] == name[-2:] == "__"


def _without_annotations(arguments: ast.arguments) -> str:
    for argument in ast.walk(arguments):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return ast.unparse(arguments)


def _bound(module: ast.Module) -> set[str]:
    """Names that a module binds in any way, at its top or further in."""
    found: set[str] = set()
    for node in ast.walk(module):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add(other or name.split(".")[0])
            case ast.If(body=body) | ast.Try(body=body):
                found |= {name for name, _ in _of_body(body, "")}
    return found


def _parsed(source: bytes) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a student's text, not of ours
            return ast.parse(source)
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error)) from error
