"""Tells what lies at a path: one submission, a class of them, or a system's export."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.catalog import Assignment
from autograder.errors import UsageError
from autograder.intake.archives import is_archive, open_archive
from autograder.intake.boxes import Box, shown, suffix
from autograder.intake.folders import on_disk, read_folder
from autograder.intake.layouts import canvas, classroom, gradescope, moodle, plain
from autograder.intake.layouts.handed_in import Export
from autograder.intake.parts import has_parts

WRAPPERS = ("_export", "-submissions")
"""Ends of the names that systems give to folders around an export."""
ONE_OF_MANY = (
    "taken for one submission, though it looks like a class:"
    " name it alone, or its layout by --layout"
)
Reader = Callable[[str, Box], Export | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a path is looked at.

    Attributes:
        layout: one of `autograder.arguments.LAYOUTS`.
        ignore: a folder that holds results, not submissions.
        is_alone: whether no other path was named beside it.
    """

    layout: str = "auto"
    ignore: Path | None = None
    is_alone: bool = True


def read_export(
    path: Path, assignments: list[Assignment], look: Look, stack: ExitStack
) -> Export:
    """What lies at `path`; `stack` closes it.

    Raises:
        UsageError: if there is nothing, or not the layout that was asked for.
    """
    if not path.exists():
        raise UsageError(f"no file or folder {path}")
    path = Path(os.path.abspath(path))  # noqa: PTH100 - names `.`, follows no link
    if path.is_dir():
        name, box = path.name, read_folder(path, ignore=look.ignore)
    elif is_archive(on_disk(path)):
        name, box = path.stem, open_archive(path.name, on_disk(path), stack)
    else:
        box = Box(files={path.name: on_disk(path)})
        return Export(handed_in=(plain.one(path.stem, box, is_file=True),))
    readers = _readers(assignments)
    found: Export | None = None
    if look.layout == "class":
        found = plain.read(box)
    elif look.layout in readers:
        found = _asked_for(readers[look.layout], name, box, f"{path}: {look.layout}")
    elif look.layout == "auto" and not has_parts(box, assignments, wrapped=False):
        if path.is_dir():
            found = _of_folder(name, box, readers)
        else:
            found = _of_archive(name, box, assignments, readers)
            if found and not look.is_alone:
                return Export(handed_in=(plain.one(name, box),), said=(ONE_OF_MANY,))
    if found is None:
        return Export(handed_in=(plain.one(name, box),))
    return replace(found, said=tuple(_said(found, box)))


def _said(export: Export, box: Box) -> Iterator[str]:
    """What of a class was not read and is nobody's."""
    yield from (f"{shown(name)} was not read" for name in export.passed_over)
    tops = box.tops()
    for name, why in box.refused.items():
        if name.split("/")[0] not in tops:
            yield why


def _readers(assignments: list[Assignment]) -> dict[str, Reader]:
    """What reads an export of each system, given its name and content."""
    ids = [assignment.id for assignment in assignments]
    return {
        "gradescope": lambda _, box: gradescope.read(box),
        "moodle": lambda _, box: moodle.read(box),
        "canvas": lambda _, box: canvas.read(box),
        "github": lambda name, box: classroom.read(box, name, ids),
    }


def _asked_for(reader: Reader, name: str, box: Box, asked: str) -> Export:
    for inner_name, inner in _unwrapped(name, box):
        if found := reader(inner_name, inner):
            return found
    there = ", ".join(map(shown, list(box.tops())[:3])) or "nothing"
    raise UsageError(f"{asked} was asked for; found {there}")


def _of_folder(name: str, box: Box, readers: dict[str, Reader]) -> Export:
    """A folder without parts: a class, for a person made it."""
    for inner_name, inner in _unwrapped(name, box):
        if inner is box or inner_name.endswith(WRAPPERS):
            for reader in readers.values():
                if found := reader(inner_name, inner):
                    return found
    return plain.read(box)


def _of_archive(
    name: str, box: Box, assignments: list[Assignment], readers: dict[str, Reader]
) -> Export | None:
    """The class in an archive, if it holds one.

    It counts only if nothing was named beside it: several archives are likely of a
    student each, who may have named what is in theirs like the submissions of others.
    """
    for inner_name, inner in _unwrapped(name, box):
        for reader in readers.values():
            if found := reader(inner_name, inner):
                return found
        if _is_class(inner, assignments):
            return plain.read(inner)
    return None


def _unwrapped(name: str, box: Box) -> Iterator[tuple[str, Box]]:
    """The box, and the folder in it if it holds nothing else."""
    yield name, box
    match list(box.tops().items()):
        case [(inner, True)]:
            yield inner, box.below(inner)


def _is_class(box: Box, assignments: list[Assignment]) -> bool:
    """Whether several entries of an archive could be submissions."""
    if has_parts(box, assignments, wrapped=False):
        return False
    boxes = box.split()
    entries = [
        name
        for name, is_folder in box.tops().items()
        if suffix(name) == ".zip"
        or (is_folder and has_parts(boxes[name], assignments, wrapped=True))
    ]
    return len(entries) > 1
