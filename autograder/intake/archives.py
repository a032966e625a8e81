"""Reads archives without extracting them: lists members, refuses what is no honest one.

A member is read when it is asked for, and never more of it than was asked for.  What is
refused is named with the reason, and costs nothing of what lies beside it.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import PurePosixPath

from autograder.intake.boxes import UNREADABLE, Box, File, shown, suffix
from autograder.intake.names import colliding, objection

MOST_MEMBERS = 20_000
LARGEST_INNER = 64 << 20
"""Bytes of an archive inside another one, which is read into memory."""
LARGEST_DIRECTORY = 8 << 20
"""Bytes of an archive's list of members, which is read before they are counted."""
DEEPEST = 3
MOST_FOLD = 100
"""How many times its packed size an archive inside another one may have."""
SMALL = 1 << 20
ENCRYPTED = 0x1
# The others unpack all they can at once, gigabytes from kilobytes.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
END = struct.Struct("<4s4H2LH")
END_MARK = b"PK\x05\x06"


def is_archive(file: File) -> bool:
    """Whether `file` ends as a zip does, whatever it is named."""
    if file.path is not None:
        return zipfile.is_zipfile(file.path)
    try:
        return file.read(4) in (b"PK\x03\x04", END_MARK)
    except UNREADABLE:
        return False


def open_archive(name: str, file: File, stack: ExitStack) -> Box:
    """What lies in an archive.

    Args:
        name: what messages call it.
        file: the archive.
        stack: closes it.
    """
    if file.depth >= DEEPEST:
        said = f"{shown(name)} lies in {file.depth} archives: not read"
        return Box(refused={name: said})
    try:
        source = _source(file, stack)
        listed = _directory_bytes(source)
        if listed > LARGEST_DIRECTORY:
            most = LARGEST_DIRECTORY >> 20
            said = f"{shown(name)} lists {listed >> 20} MiB of members, over {most} MiB"
            return Box(refused={name: said})
        archive = stack.enter_context(zipfile.ZipFile(source))
        members = archive.infolist()
    except UNREADABLE as error:
        return Box(refused={name: f"{shown(name)} cannot be read: {error}"})
    if len(members) > MOST_MEMBERS:
        said = f"{shown(name)} has {len(members)} members, over {MOST_MEMBERS}"
        return Box(refused={name: said})
    return _box(archive, members, file.depth + 1)


def _source(file: File, stack: ExitStack) -> io.BufferedReader | io.BytesIO:
    if file.path is not None:
        return stack.enter_context(file.path.open("rb"))
    content = file.read(LARGEST_INNER + 1)
    if len(content) > LARGEST_INNER:
        raise ValueError(f"it is over {LARGEST_INNER >> 20} MiB")
    return io.BytesIO(content)


def _directory_bytes(source: io.BufferedReader | io.BytesIO) -> int:
    """How long an archive says its list of members is; 0 if it does not say."""
    size = source.seek(0, io.SEEK_END)
    source.seek(max(0, size - END.size - 0xFFFF))
    tail = source.read()
    at = tail.rfind(END_MARK)
    if at < 0 or len(tail) < at + END.size:
        return 0
    listed = int(END.unpack_from(tail, at)[5])
    return min(listed, size)


def _box(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], depth: int) -> Box:
    files: dict[str, File] = {}
    folders: set[str] = set()
    refused: dict[str, str] = {}
    honest: list[tuple[str, zipfile.ZipInfo]] = []
    for member in members:
        full = member.orig_filename
        if said := _objection(member):
            refused[full] = f"{shown(full)} {said}: not read"
        elif member.is_dir():
            folders.add(_plain(full))
        else:
            honest.append((_plain(full), member))
    twice = colliding(name for name, _ in honest)
    parents = {str(p) for name, _ in honest for p in PurePosixPath(name).parents}
    for name, member in honest:
        if name in twice:
            said = "is there twice, in the same or in other case"
            refused[name] = f"{shown(name)} {said}: not read"
        elif name in parents or not name:
            refused[name] = f"{shown(name)} is both a file and a folder: not read"
        else:
            files[name] = File(read=partial(_read, archive, member), depth=depth)
    return Box(files=files, folders=frozenset(folders), refused=refused)


def _plain(name: str) -> str:
    """`name` without the folders that are here: `./x` and `a//x`."""
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def _objection(member: zipfile.ZipInfo) -> str:
    return objection(member.orig_filename) or next(_objections(member), "")


def _objections(member: zipfile.ZipInfo) -> Iterator[str]:
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind == stat.S_IFLNK:
        yield "is a link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        yield "is a device, a pipe or a socket"
    if member.flag_bits & ENCRYPTED:
        yield "cannot be read, for it is encrypted"
    if member.compress_type not in METHODS:
        yield f"is packed by method {member.compress_type}, expected stored or deflate"
    is_inner = suffix(member.filename) == ".zip"
    if is_inner and member.file_size > max(SMALL, MOST_FOLD * member.compress_size):
        yield f"unpacks to over {MOST_FOLD} times its size"


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    with archive.open(member) as stream:
        return stream.read(most)
