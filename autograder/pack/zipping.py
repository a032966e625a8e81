"""Finds the assignment to hand in, and makes the zip of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.archive import zipped
from autograder.catalog import SETTINGS, Assignment, read_assignment, read_catalog
from autograder.errors import GateError, UsageError
from autograder.intake import LONGEST_FILE
from autograder.pack.examining import Examined


def find_assignment(folder: Path, name: str | None) -> Assignment:
    """The assignment of a released folder, or of the folder of all of them.

    Raises:
        UsageError: if there is none, or several and no `name` says which.
    """
    if (folder / SETTINGS).is_file():
        assignment = read_assignment(folder.resolve())
        if name not in (None, assignment.id):
            raise UsageError(f"expected {name} in {folder}, got {assignment.id}")
        return assignment
    for root in (folder / "assignments", folder):
        if root.is_dir() and any(root.glob(f"*/{SETTINGS}")):
            catalog = read_catalog(root.resolve())
            if name is not None:
                return catalog[name]
            if len(catalog.assignments) == 1:
                return next(iter(catalog))
            known = ", ".join(catalog.assignments)
            raise UsageError(f"which assignment? there is {known}: add --assignment ID")
    raise UsageError(
        f"no assignment in {folder}: name its folder, such as assignments/a2_collator"
    )


def packed(assignment: Assignment, found: Sequence[Examined]) -> bytes:
    """The zip to hand in: the same sources give the same bytes.

    Raises:
        GateError: if grading could not read it.
    """
    members = {
        f"{assignment.id}/{one.part}.py": one.source
        for one in found
        if one.source is not None
    }
    if not members:
        files = ", ".join(f"{part}.py" for part in assignment.parts)
        raise GateError(f"nothing to hand in: {assignment.folder} has no {files}")
    for name, source in members.items():
        if len(source) > LONGEST_FILE:
            raise GateError(
                f"{name} has {len(source)} bytes; grading reads up to {LONGEST_FILE}"
            )
    return zipped(members)
