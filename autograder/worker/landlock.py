"""Restrict this process to named files by Landlock."""

import ctypes
import errno
import os
import stat
from collections.abc import Collection, Iterable, Iterator

from .kernel import call

WRITE_FILE, READ_FILE, READ_DIR = 1 << 1, 1 << 2, 1 << 3
# What a folder of one's own needs: remove, make folders, files, sockets, pipes and
# links. Not among them: executing, and making or controlling devices.
_CHANGE = sum(1 << bit for bit in (4, 5, 7, 8, 9, 10, 12))
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_OWN = READ_FILE | READ_DIR | WRITE_FILE | _CHANGE | _REFER | _TRUNCATE
_CONTROL = 1 << 15
_ON_FILES = READ_FILE | WRITE_FILE | _TRUNCATE | _CONTROL
# The kernel's interface number: how many rights on files it knows from there on.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
_TCP_SINCE, _SCOPES_SINCE = 4, 6
_VERSION_FLAG = 1
_PATH_BENEATH = 1


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Return the Landlock interface of this kernel.

    Raises:
        OSError: it has none, or it is not switched on.
    """
    return call("landlock_create_ruleset", None, 0, _VERSION_FLAG)


def restrict(
    *,
    readable: Iterable[str],
    hidden: Collection[str],
    listable: Iterable[str],
    writable: Iterable[str],
    devices: Iterable[str] = (),
) -> str:
    """Deny every file, TCP port, outside signal and abstract socket not given.

    Needs `no_new_privs`. A path that cannot be opened is named, and stays denied.

    Raises:
        OSError: the restriction is not in force.
    """
    abi = version()
    known = _FILE_RIGHTS[max(since for since in _FILE_RIGHTS if since <= abi)]
    files = (1 << known) - 1
    both = 0b11  # bind and connect; abstract sockets and signals
    rules = _Ruleset(files, both, both)
    size = 8 if abi < _TCP_SINCE else 16 if abi < _SCOPES_SINCE else 24
    ruleset = call("landlock_create_ruleset", ctypes.byref(rules), size, 0)
    try:
        missing = []
        wanted = []
        for top in readable:
            try:
                wanted += [(path, _reading(path)) for path in _around(top, hidden)]
            except OSError:
                missing.append(top)
        wanted += [(path, READ_DIR) for path in listable]
        wanted += [(path, _OWN) for path in writable]
        wanted += [(path, READ_FILE | WRITE_FILE | _CONTROL) for path in devices]
        for path, rights in wanted:
            if not _allow(ruleset, path, rights & files):
                missing.append(path)
        call("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)
    return f"{abi}" + (f", unreachable: {' '.join(missing)}" if missing else "")


def _around(path: str, hidden: Collection[str]) -> Iterator[str]:
    """Name what to allow so that what is hidden inside is not; rules only add.

    Raises:
        OSError: a folder that holds hidden ones cannot be listed.
    """
    inside = [folder for folder in hidden if folder.startswith(f"{path}/")]
    if not inside:
        yield path
        return
    with os.scandir(path) as entries:
        beside = [entry.path for entry in entries if entry.path not in inside]
    for entry in beside:
        yield from _around(entry, inside)


def _reading(path: str) -> int:
    """Name the rights of a readable path; what is written to null is nowhere."""
    return READ_FILE | READ_DIR | (WRITE_FILE if path == os.devnull else 0)


def _allow(ruleset: int, path: str, rights: int) -> bool:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.EACCES, errno.ENOTDIR}:
            return False
        raise
    try:
        if not stat.S_ISDIR(os.fstat(handle).st_mode):
            rights &= _ON_FILES
        if not rights:
            return False
        rule = _PathBeneath(rights, handle)
        call("landlock_add_rule", ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(handle)
    return True
