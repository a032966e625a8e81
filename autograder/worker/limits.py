"""Limit what a process may use, counted from what it uses already."""

import errno
import os
from dataclasses import dataclass
from pathlib import Path

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]  # asked for before each use

# A pool or a data loader starts tens of threads, a bomb thousands.
_THREADS = 256
NAMES = ("core", "as", "data", "cpu", "fsize", "nofile", "nproc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What this process uses before it is limited."""

    address_bytes: int
    data_bytes: int
    cpu_seconds: float


def usage() -> Usage | None:
    """Measure this process, or return `None` where no `/proc` tells."""
    try:
        pages = [int(text) for text in Path("/proc/self/statm").read_text().split()]
    except OSError:
        return None
    size = os.sysconf("SC_PAGE_SIZE")
    return Usage(
        address_bytes=pages[0] * size,
        data_bytes=pages[5] * size,
        cpu_seconds=sum(os.times()[:2]),
    )


def limit(name: str, value: int, *, grace: int = 0) -> str:
    """Set a limit, soft and hard, never above the one in force.

    Args:
        name: One of `NAMES`.
        value: The most that the process may use.
        grace: How far the hard limit lies above the soft one.

    Raises:
        OSError: the limit is not in force.
    """
    if resource is None:
        raise OSError(errno.ENOSYS, "this system has no resource limits")
    kind = getattr(resource, f"RLIMIT_{name.upper()}")
    ceiling = resource.getrlimit(kind)[1]
    hard = value + grace
    if ceiling != resource.RLIM_INFINITY:
        hard = min(hard, ceiling)
    soft = min(value, hard)
    try:
        resource.setrlimit(kind, (soft, hard))
    except ValueError as error:
        raise OSError(errno.EINVAL, f"{value} refused: {error}") from error
    return str(soft)


def memory(name: str, budget: int, used: Usage | None) -> str:
    """Limit `as` or `data` to a budget on top of what is used.

    Raises:
        OSError: the limit is not in force.
    """
    if used is None:
        raise OSError(errno.ENOSYS, "the current size is unknown without /proc")
    base = used.address_bytes if name == "as" else used.data_bytes
    return limit(name, base + budget)


def tasks(processes: int, *, own_uid: bool) -> str:
    """Limit the threads and processes of a uid that nothing else runs as.

    Raises:
        OSError: the limit is not in force, or would count other people's processes.
    """
    if not own_uid:
        raise OSError(errno.ENOTSUP, "would count all processes of this user")
    return limit("nproc", processes + _THREADS)
