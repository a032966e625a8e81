"""Regenerates `assignments/`, or says what of it is stale."""

from __future__ import annotations

import argparse

from autograder.commands.around import catalog_of
from autograder.errors import GateError
from autograder.release.publish import (
    rendered,
    stale,
    write,
)


def run(asked: argparse.Namespace) -> int:
    """Regenerates `assignments/`, or says what of it is stale."""
    catalog = catalog_of(asked)
    out = asked.out or catalog.root.parent / "assignments"
    files = rendered(catalog)
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
