"""What submissions are read from: files by name, in a folder or in an archive."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeVar

Value = TypeVar("Value")

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What reading a damaged or hostile file raises."""
LONGEST_SHOWN = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file that may be read.

    Attributes:
        read: its content, at most that many bytes of it; may raise `UNREADABLE`.
        path: where it lies on the disk; None inside an archive.
        depth: how many archives it lies in.
    """

    read: Callable[[int], bytes]
    path: Path | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A folder or an archive: what lies in it, by names relative to it.

    Attributes:
        files: what may be read.
        folders: also those that hold no file.
        refused: what may not be read, by name: a sentence that says why.
        repositories: folders that are Git's.
    """

    files: Mapping[str, File] = field(default_factory=dict)
    folders: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)
    repositories: frozenset[str] = frozenset()

    def tops(self) -> dict[str, bool]:
        """Names of what lies at the top, and whether each is a folder."""
        found = {name.split("/")[0]: "/" in name for name in self.files}
        found |= {name.split("/")[0]: True for name in self.folders}
        return dict(sorted(item for item in found.items() if not is_of_system(item[0])))

    def below(self, folder: str) -> Box:
        """What lies in one of its folders."""
        return self.split().get(folder, Box())

    def split(self) -> dict[str, Box]:
        """What lies in each of its folders, and each file at the top alone."""
        files = _by_top(self.files.items())
        refused = _by_top(self.refused.items())
        folders = _by_top((name, None) for name in self.folders if "/" in name)
        clones = _by_top((name, None) for name in self.repositories if "/" in name)
        return {
            top: Box(
                files=files[top],
                folders=frozenset(folders[top]),
                refused=refused[top],
                repositories=frozenset(clones[top]),
            )
            for top in {
                *files,
                *refused,
                *(name.split("/")[0] for name in self.folders),
            }
        }


def _by_top(
    items: Iterable[tuple[str, Value]],
) -> defaultdict[str, dict[str, Value]]:
    found: defaultdict[str, dict[str, Value]] = defaultdict(dict)
    for name, value in items:
        top, _, rest = name.partition("/")
        found[top][rest or top] = value
    return found


def is_of_system(name: str) -> bool:
    """Whether no student wrote what has this name: `.git`, `__MACOSX`, `._x`."""
    return name.startswith((".", "__"))


def suffix(name: str) -> str:
    """The ending of a file's name, in small letters."""
    return PurePosixPath(name).suffix.lower()


def shown(name: str) -> str:
    """`name` as one line that shows what it hides: controls, marks of direction."""
    text = "".join(
        c if c.isprintable() else f"\\u{{{ord(c):04x}}}"
        for c in name[: LONGEST_SHOWN + 1]
    )
    return text if len(name) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."
