"""Regenerates `assignments/`, or says what of it is stale, or what a folder leaks."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping

from autograder.catalog import Catalog
from autograder.commands.around import catalog_of
from autograder.errors import GateError
from autograder.release.leaks import leaks, private
from autograder.release.publish import rendered, stale, write
from autograder.release.published import contents


def run(asked: argparse.Namespace) -> int:
    """Writes the release once it is known to give nothing private away."""
    catalog = catalog_of(asked)
    if asked.scan is not None:
        _require_no_leak(catalog, contents(asked.scan))
        print(f"{asked.scan} gives nothing of {catalog.root} away")
        return 0
    out = asked.out or catalog.root.parent / "assignments"
    files: Mapping[str, bytes] = rendered(catalog)
    _require_no_leak(catalog, files.items())
    if asked.check:
        if names := stale(files, out):
            raise GateError(
                f"stale in {out}: {', '.join(names)}; run `autograder release`"
            )
        print(f"{out} is what {catalog.root} says")
        return 0
    changed = write(files, out)
    print("\n".join(changed) if changed else f"nothing changed in {out}")
    return 0


def _require_no_leak(catalog: Catalog, files: Iterable[tuple[str, bytes]]) -> None:
    if found := list(map(str, leaks(files, private(catalog)))):
        raise GateError("\n".join(["what must stay private is in", *found]))
