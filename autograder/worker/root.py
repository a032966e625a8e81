"""Replace the file tree of a process by one that holds only what it may read."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterable
from pathlib import Path

from . import namespaces
from .kernel import call

_NOSUID, _NODEV, _NOEXEC, _BIND, _RECURSIVE = 2, 4, 8, 0x1000, 0x4000
_DETACH = 2
_CWD, _ALL_BELOW = -100, 0x8000
_ATTR_READ_ONLY, _ATTR_NOSUID = 1, 2
_MOST_LINKS = 40
_MOST_FILES = 10_000
_NO_TRICKS = _NOSUID | _NODEV | _NOEXEC
_SMALL = "size=4m,mode=755"
SHARED_MEMORY = "/dev/shm"  # noqa: S108 - where C libraries look, not ours to choose


class _MountAttributes(ctypes.Structure):
    _fields_ = tuple(
        (name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "namespace")
    )


def prepare(
    *,
    folder: str,
    readable: Iterable[str],
    hidden: Iterable[str],
    listable: Iterable[str],
    private: str,
) -> None:
    """Build once what every root of this process's children shows alike.

    Root only: an ordinary user's child could not take over what its parent mounted.

    Args:
        folder: An empty folder to build the tree on.
        readable: Files and folders to show.
        hidden: Folders inside them to cover.
        listable: Folders to make.
        private: A folder in which each child gets what is its own.

    Raises:
        OSError: nothing is prepared; each child builds its own.
    """
    global _prepared  # noqa: PLW0603 - children find it by being forked
    if os.geteuid() != 0:
        raise OSError(errno.EPERM, "only root prepares a root")
    namespaces.leave_mounts()
    tree = _new_tree(folder, readable, hidden, listable)
    for path in (private, SHARED_MEMORY):
        tree.folder(path)
    tree.private = private
    _prepared = tree


def enter(  # noqa: PLR0913 - each is one more thing that the tree shows
    *,
    readable: Iterable[str],
    hidden: Iterable[str],
    listable: Iterable[str],
    scratch: str,
    scratch_bytes: int,
    owner: tuple[int, int],
    shares_memory: bool,
) -> str:
    """Enter a new root, read-only but for a private scratch folder in memory.

    A listable folder appears with only what is readable in it. Needs a mount
    namespace of one's own. The tree keeps its names: a path means the same file.

    Raises:
        OSError: the root is the old one still, and the process can go on in it.
    """
    base = _prepared.base if _prepared else os.path.realpath(scratch)
    try:
        if _prepared:
            tree = _prepared
            own = tree.folder(tree.private)
            _mount("tmpfs", own, "tmpfs", _NO_TRICKS, _SMALL)
            tree.show(set(readable) - tree.asked)
            tree.masked = [own]
        else:
            tree = _new_tree(base, readable, hidden, listable)
        uid, gid = owner
        options = f"size={scratch_bytes},nr_inodes={_MOST_FILES},uid={uid},gid={gid}"
        for path in (scratch, *([SHARED_MEMORY] if shares_memory else [])):
            target = tree.folder(path)
            _mount("tmpfs", target, "tmpfs", _NO_TRICKS, f"{options},mode=700")
        for path in (*tree.masked, base):
            _make_read_only(path, 0)
        os.chdir(base)
        call("pivot_root", b".", b".")
    except OSError:
        os.chdir("/")
        call("umount2", os.fsencode(base), _DETACH)
        raise
    call("umount2", b".", _DETACH)
    os.chdir("/")
    count = f"{len(tree.bound)} mounts"
    missing = " ".join(tree.missing)
    return count + (f", unreachable: {missing}" if missing else "")


def _new_tree(
    base: str, readable: Iterable[str], hidden: Iterable[str], listable: Iterable[str]
) -> _Tree:
    _mount("tmpfs", base, "tmpfs", _NO_TRICKS, _SMALL)
    tree = _Tree(base, hidden)
    tree.show(readable)
    for path in listable:
        tree.folder(path)
    return tree


class _Tree:
    """The new tree while it is built, below a folder of the old one."""

    def __init__(self, base: str, hidden: Iterable[str]) -> None:
        self.base = base
        self.asked: set[str] = set()
        self.bound: list[str] = []
        self.masked: list[str] = []
        self.missing: list[str] = []
        self.private = ""
        self._hidden = [os.path.realpath(path) for path in hidden]

    def show(self, paths: Iterable[str]) -> None:
        """Show files and folders at their own names, and note what is out of reach."""
        for path in sorted(paths):
            self.asked.add(path)
            if not self._bind(path):
                self.missing.append(path)

    def _bind(self, path: str) -> bool:
        """Show a file or folder at its own name; `False` if it cannot be reached."""
        try:
            real = self._link(path)
        except PermissionError:
            return False
        if not os.access(real, os.R_OK):
            return False
        if self._shows(real):
            return True
        target = self.base + real
        if Path(real).is_dir():
            Path(target).mkdir(parents=True, exist_ok=True)
        else:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            Path(target).touch()
        _mount(real, target, None, _BIND | _RECURSIVE, None)
        _make_read_only(target, _ALL_BELOW)
        self.bound.append(real)
        for folder in self._hidden:
            if folder.startswith(f"{real}/"):
                self._mask(self.base + folder)
        return True

    def _mask(self, target: str) -> None:
        """Lay an empty folder over one that shall not be seen."""
        _mount("tmpfs", target, "tmpfs", _NO_TRICKS, _SMALL)
        self.masked.append(target)

    def folder(self, path: str) -> str:
        """Make a folder and return where it lies for now."""
        target = self.base + self._link(path)
        Path(target).mkdir(parents=True, exist_ok=True)
        return target

    def _shows(self, real: str) -> bool:
        return _depth(self.bound, real) > _depth(self._hidden, real)

    def _link(self, path: str) -> str:
        """Copy the symbolic links on the way to a path; return where they lead."""
        pending = Path(path).parts[:0:-1]
        rest, current, links = list(pending), "/", 0
        while rest:
            part = rest.pop()
            here = os.path.normpath(os.path.join(current, part))  # noqa: PTH118 - "//" stays
            if not Path(here).is_symlink():
                current = here
                continue
            links += 1
            if links > _MOST_LINKS:
                raise OSError(errno.ELOOP, f"too many links on the way to {path}")
            target = Path(here).readlink()
            if not self._shows(here):
                self._copy_link(here, target)
            if target.is_absolute():
                current = "/"
            rest += [part for part in reversed(target.parts) if part != "/"]
        return current

    def _copy_link(self, here: str, target: Path) -> None:
        copy = Path(self.base + here)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if not copy.is_symlink():
            copy.symlink_to(target)


def _depth(folders: Iterable[str], path: str) -> int:
    """Length of the longest of the folders that hold a path, 0 for none."""
    holding = (f for f in folders if path == f or path.startswith(f"{f}/"))
    return max(map(len, holding), default=0)


def _mount(
    source: str, target: str, kind: str | None, flags: int, options: str | None
) -> None:
    texts = [None if text is None else text.encode() for text in (source, target, kind)]
    call("mount", *texts, flags, None if options is None else options.encode())


def _make_read_only(path: str, flags: int) -> None:
    """Set attributes without clearing those that came with the mount."""
    attributes = _MountAttributes(_ATTR_READ_ONLY | _ATTR_NOSUID, 0, 0, 0)
    size = ctypes.sizeof(attributes)
    reference = ctypes.byref(attributes)
    call("mount_setattr", _CWD, os.fsencode(path), flags, reference, size)


_prepared: _Tree | None = None
