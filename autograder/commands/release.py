"""Regenerates `assignments/`, or says what of it is stale, or what a folder leaks."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

from autograder.catalog import Catalog
from autograder.commands.around import catalog_of
from autograder.errors import GateError, UsageError
from autograder.release.edition import edition
from autograder.release.leaks import leaks, private
from autograder.release.placing import place
from autograder.release.publish import rendered, stale, write
from autograder.release.published import contents


def run(asked: argparse.Namespace) -> int:
    """Writes the release once it is known to give nothing private away."""
    catalog = catalog_of(asked)
    if asked.scan is not None:
        _require_no_leak(catalog, contents(asked.scan))
        print(f"{asked.scan} gives nothing of {catalog.root} away")
        return 0
    assignments = catalog.root.parent / "assignments"
    if asked.out and asked.out.resolve().is_relative_to(assignments.resolve()):
        raise UsageError(
            f"{asked.out} lies in {assignments}, which holds stubs and nothing else:"
            " name another folder"
        )
    files: Mapping[str, bytes] = rendered(catalog)
    _require_no_leak(catalog, files.items())
    whole = {} if asked.out is None else edition(catalog, files)
    if asked.check:
        _require_fresh(files, assignments, "autograder release")
        print(f"{assignments} is what {catalog.root} says")
        if asked.out is not None:
            _require_fresh(whole, asked.out, f"autograder release --out {asked.out}")
            print(f"{asked.out} is, too")
        return 0
    if asked.out is not None:
        place(whole, asked.out, lambda new: _require_no_leak(catalog, contents(new)))
    changed = write(files, assignments)
    print("\n".join(changed) if changed else f"nothing changed in {assignments}")
    if asked.out is not None:
        print(f"{asked.out} holds release {catalog.release.name}: {len(whole)} files")
    return 0


def _require_fresh(files: Mapping[str, bytes], folder: Path, command: str) -> None:
    if names := stale(files, folder):
        raise GateError(f"stale in {folder}: {', '.join(names)}; run `{command}`")


def _require_no_leak(catalog: Catalog, files: Iterable[tuple[str, bytes]]) -> None:
    if found := list(map(str, leaks(files, private(catalog)))):
        raise GateError("\n".join(["what must stay private is in", *found]))
