"""Reads folders on the disk; follows no link, opens no pipe, goes so deep only."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path, PurePosixPath

from autograder.intake.boxes import Box, File, is_of_system, shown, suffix

DEEPEST = 8
"""Folders below each other: a class, an export, a student, and what they packed."""
LINKS_SHOWN = (".py", ".zip", ".ipynb")
REPOSITORY = ".git"


def read_folder(folder: Path, *, ignore: Path | None = None) -> Box:
    """What lies in `folder`.

    Args:
        folder: which one.
        ignore: a folder of results; what holds it at the top is left out.
    """
    files: dict[str, File] = {}
    folders: set[str] = set()
    refused: dict[str, str] = {}
    repositories: set[str] = set()
    for parent, below, names in os.walk(folder):
        here = PurePosixPath(Path(parent).relative_to(folder).as_posix())
        if REPOSITORY in (*below, *names):
            repositories.add(str(here))
        below[:] = sorted(name for name in below if not is_of_system(name))
        links = [name for name in below if Path(parent, name).is_symlink()]
        below[:] = [name for name in below if name not in links]
        if not here.parts:
            refused |= {n: f"{shown(n)} is a link: not read" for n in links}
            below[:] = [n for n in below if not _holds(folder / n, ignore)]
        folders.update(str(here / name) for name in below)
        if len(here.parts) >= DEEPEST - 1:
            below.clear()
        for name in sorted(names):
            path, relative = Path(parent, name), str(here / name)
            if path.is_symlink() and suffix(name) in LINKS_SHOWN:
                refused[relative] = f"{shown(relative)} is a link: not read"
            elif path.is_file() and not path.is_symlink():  # a pipe would block
                files[relative] = on_disk(path)
    return Box(
        files=files,
        folders=frozenset(folders),
        refused=refused,
        repositories=frozenset(repositories),
    )


def on_disk(path: Path) -> File:
    """The file at `path`."""
    return File(read=partial(_read, path), path=path)


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(most)


def _holds(folder: Path, other: Path | None) -> bool:
    return other is not None and other.resolve().is_relative_to(folder.resolve())
