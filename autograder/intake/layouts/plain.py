"""A class as a folder or an archive with one entry for each student."""

from __future__ import annotations

from pathlib import PurePosixPath

from autograder.intake.boxes import Box, suffix
from autograder.intake.layouts.handed_in import Export, HandedIn

ENTRIES = (".zip", ".py", ".ipynb")


def read(box: Box) -> Export:
    """Every folder and every file that may be a submission."""
    boxes = box.split()
    return Export(
        handed_in=tuple(
            one(
                name if is_folder else PurePosixPath(name).stem,
                boxes[name],
                is_file=not is_folder,
            )
            for name, is_folder in box.tops().items()
            if is_folder or suffix(name) in ENTRIES
        )
    )


def one(label: str, box: Box, *, is_file: bool = False) -> HandedIn:
    """A single submission, under a name that the course or the student gave it."""
    return HandedIn(label=label, id=label, box=box, is_file=is_file, is_export=False)
