"""What a command finds around it: the catalog, the submissions, the machine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from autograder import accelerator
from autograder.catalog import Assignment, Catalog, read_catalog
from autograder.errors import UsageError
from autograder.intake import Asked, Work, plan, take_in
from autograder.isolation import require
from autograder.roster import Roster
from autograder.sandbox import Isolation


def catalog_of(asked: argparse.Namespace) -> Catalog:
    """The assignments in the folder that was named, or else found above."""
    return read_catalog(asked.solutions or _find_solutions())


def _find_solutions() -> Path:
    if found := solutions_above():
        return found
    raise UsageError(
        f"no folder solutions/ in {Path.cwd()} or above it: name it by --solutions DIR"
    )


def solutions_above() -> Path | None:
    """The folder `solutions/` here or in the closest folder above, if there is one."""
    here = Path.cwd()
    folders = (folder / "solutions" for folder in (here, *here.parents))
    return next((f for f in folders if (f / "release.toml").is_file()), None)


def works_of(
    asked: argparse.Namespace, assignments: list[Assignment], roster: Roster | None
) -> list[Work]:
    """What there is to grade; says what was found and is nobody's."""
    wanted = Asked(
        layout=asked.layout,
        keep=asked.keep,
        roster=roster,
        due=asked.due,
        ignore=asked.out,
    )
    found = take_in(asked.paths, assignments, wanted)
    for line in found.said:
        print(f"autograder: {line}", file=sys.stderr)
    return plan(found.submissions, assignments, chosen=bool(asked.assignment))


def isolation_of(asked: argparse.Namespace) -> Isolation:
    """What may grade; says what this machine reaches."""
    isolation = Isolation(accepted=asked.accept_isolation)
    accelerator.require(asked.device)
    print(require(isolation))
    if asked.device != accelerator.CPU:
        print(f"device: {asked.device}  {', '.join(accelerator.models())}")
    return isolation
