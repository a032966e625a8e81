"""Leave the network, mounts, IPC and host name of the machine for empty ones."""

import errno
import functools
import os
import sys
from pathlib import Path

from .kernel import call

_MOUNTS, _UTS, _IPC, _USER, _NET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x40000000
_PRIVATE, _RECURSIVE = 0x40000, 0x4000


def enter() -> str:
    """Enter namespaces of one's own, by way of a user namespace if not root.

    Raises:
        OSError: the process is where it was, or has namespaces but shares its mounts.
    """
    if os.geteuid() == 0:
        _enter(_NET | _IPC | _UTS | _MOUNTS)
        return "net ipc uts mount"
    if code := blocked():
        raise OSError(code, f"user namespace: {os.strerror(code)}")
    _enter_as_user()
    return "user net ipc uts mount"


def leave_mounts() -> None:
    """Enter a mount namespace of one's own: what is mounted in it stays in it.

    Raises:
        OSError: the mounts are still the machine's.
    """
    _enter(_MOUNTS)


@functools.cache
def blocked() -> int:
    """Return the errno that an ordinary user gets here, or 0.

    Tried in a process apart: failing half way would leave a process without a uid.
    """
    if sys.platform != "linux":
        return errno.ENOSYS
    child = os.fork()
    if child == 0:
        code = errno.EIO
        try:
            _enter_as_user()
            code = 0
        except OSError as error:
            code = error.errno or errno.EIO
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _enter(flags: int) -> None:
    call("unshare", flags)
    call("mount", None, b"/", None, _PRIVATE | _RECURSIVE, None)


def _enter_as_user() -> None:
    uid, gid = os.geteuid(), os.getegid()
    call("unshare", _USER | _NET | _IPC | _UTS | _MOUNTS)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    call("mount", None, b"/", None, _PRIVATE | _RECURSIVE, None)
