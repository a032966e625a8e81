"""Lets one process at a time write a gradebook.

The lock is SQLite's own, on a file beside the gradebook: it ends with the process that
holds it, however that ends, on every system.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from autograder.errors import UsageError


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Holds the gradebook in `folder`.

    Raises:
        UsageError: if another process holds it; it is named by its pid.
    """
    folder.mkdir(parents=True, exist_ok=True)
    holder = folder / "gradebook.pid"
    lock = sqlite3.connect(folder / "gradebook.lock", timeout=0, isolation_level=None)
    with closing(lock):
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise UsageError(
                f"the gradebook in {folder} is in use by process {_said(holder)}:"
                " wait for it to end, or name another folder by --out"
            ) from error
        holder.write_text(f"{os.getpid()}\n", encoding="ascii")
        try:
            yield
        finally:
            holder.unlink(missing_ok=True)


def _said(holder: Path) -> str:
    try:
        return holder.read_text(encoding="ascii").strip()
    except FileNotFoundError:  # it is about to say so, or about to end
        return "(unknown)"
