"""Makes zips whose bytes depend on nothing but what they hold."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX = 3
REGULAR_FILE = 0o100000


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip of `members`, sorted by name; what starts with `#!` is executable."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(members.items()):
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = UNIX
            mode = 0o755 if content.startswith(b"#!") else 0o644
            member.external_attr = (REGULAR_FILE | mode) << 16
            archive.writestr(member, content)
    return made.getvalue()


def files_below(folder: Path, *, prefix: str) -> Iterator[tuple[str, bytes]]:
    """Names below `prefix` and contents of the files in `folder`, caches left out."""
    for file in folder.rglob("*"):
        relative = file.relative_to(folder)
        cached = any(part.startswith((".", "__pycache__")) for part in relative.parts)
        if file.is_file() and not cached:
            yield f"{prefix}/{relative.as_posix()}", file.read_bytes()
