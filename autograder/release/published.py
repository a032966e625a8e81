"""Reads what a folder would publish: its files, and all that its history holds."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import UsageError

GIT = ".git"


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the files below `folder`, and of every old version.

    Raises:
        UsageError: if there is no such folder, or git cannot read its history.
    """
    if not folder.is_dir():
        raise UsageError(f"expected a folder, got {str(folder)!r}")
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder)
        if file.is_file() and GIT not in name.parts:
            yield name.as_posix(), file.read_bytes()
    if (folder / GIT).exists():
        yield from _history(folder)


def _history(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every blob that git holds there, also of branches and commits long left."""
    listed = _git(folder, "rev-list", "--objects", "--all", "--reflog").decode()
    names = dict(
        line.split(" ", 1) for line in listed.splitlines() if " " in line.rstrip()
    )
    kinds = "--batch-check=%(objectname) %(objecttype)"
    every = _git(folder, "cat-file", "--batch-all-objects", kinds).decode()
    for line in every.splitlines():
        blob, kind = line.split()
        if kind == "blob":
            name = names.get(blob, "a lost file")
            yield f"{GIT} {blob[:12]} {name}", _git(folder, "cat-file", "blob", blob)


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and arguments of our own
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - whichever is there
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise UsageError(f"{folder} has a history, and there is no git") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise UsageError(f"the history of {folder} cannot be read: {said}")
    return done.stdout
