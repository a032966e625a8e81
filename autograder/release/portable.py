"""Finds in a set of files what some system could not hold under the same names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

LONGEST_NAME = 120
"""Windows allows 260 characters for the whole path, where nobody has changed it."""
REFUSED = re.compile(r'[<>:"|?*\\\x00-\x1f]|[. ]$')
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def faults(files: Mapping[str, bytes]) -> Iterator[str]:
    """Yields what is wrong with the names and line ends of `files`, in words."""
    for name, content in sorted(files.items()):
        if len(name) > LONGEST_NAME:
            yield f"{name}: expected at most {LONGEST_NAME} characters, got {len(name)}"
        for piece in name.split("/"):
            if REFUSED.search(piece) or RESERVED.match(piece):
                yield f"{name}: Windows refuses {piece!r}"
        if b"\r\n" in content:
            yield f"{name}: expected line ends LF, got CR LF"
    yield from _collisions(files)


def _collisions(names: Mapping[str, bytes]) -> Iterator[str]:
    """Files and folders whose names are one where case does not count."""
    seen: dict[str, str] = {}
    for name in sorted(names):
        path = PurePosixPath(name)
        for each in map(str, (path, *path.parents)):
            if (other := seen.setdefault(each.casefold(), each)) != each:
                yield f"{each}: differs from {other} only in case"
