"""Makes up a class: museum pieces, copies with other names, hangs and bombs."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENT = "a2_collator"
MUSEUM = ROOT / "tests" / "submissions" / ASSIGNMENT
BAD = (
    "hangs_forever",
    "eats_memory",
    "attack_ignores_all_signals_and_spins",
    "attack_forks_for_ever",
    "attack_starts_thousands_of_threads",
    "attack_fills_the_disk",
    "floods_stdout",
    "exits_the_process",
)
EVERY = 10
"""One of so many submissions is one of `BAD`."""


def write_class(folder: Path, count: int) -> tuple[int, int]:
    """Writes the class; returns how many are honest and how many are bad."""
    folder.mkdir()
    pieces = cycle(_honest())
    bad = cycle(BAD)
    total = 0
    for number in range(count):
        is_bad = number % EVERY == EVERY - 1
        total += is_bad
        piece = MUSEUM / f"{next(bad)}.py" if is_bad else next(pieces)
        kind = "bad" if is_bad else "honest"
        file = folder / f"{kind}_{number:04}_{piece.stem}.py"
        file.write_text(_copied(piece.read_text(encoding="utf-8"), number))
    return count - total, total


def _honest() -> list[Path]:
    return [
        file
        for file in sorted(MUSEUM.glob("*.py"))
        if not file.stem.startswith(("attack_", "control_")) and file.stem not in BAD
    ]


def _copied(source: str, seed: int) -> str:
    """The same program with other names of its variables, as a copying student's."""
    with suppress(SyntaxError):
        tree = ast.parse(source)
        names = sorted(_variables(tree))
        random.Random(seed).shuffle(names)  # noqa: S311 - names, not secrets
        new = {name: f"v{seed}_{place}" for place, name in enumerate(names)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                node.id = new.get(node.id, node.id)
        source = ast.unparse(tree)
    return f"{source}\n# copy {seed}\n"


def _variables(tree: ast.Module) -> set[str]:
    """Names that functions assign and nothing else means."""
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    local = {name for function in functions for name in _stored(function)}
    inside = {id(node) for function in functions for node in ast.walk(function)}
    other = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and id(node) not in inside
    }
    for node in ast.walk(tree):
        match node:
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                other |= set(names)
            case ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                other.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                other.add(name)
            case ast.alias(name=name, asname=asname):
                other.add(asname or name.partition(".")[0])
    return local - other


def _stored(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
