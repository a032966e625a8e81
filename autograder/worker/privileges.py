"""Give up what a process may do by who it is."""

import ctypes
import errno
import os
import signal

from .kernel import call, prctl

_SET_PDEATHSIG, _GET_PDEATHSIG, _SET_DUMPABLE, _SET_NO_NEW_PRIVS = 1, 2, 4, 38
_CAPBSET_READ, _CAPBSET_DROP = 23, 24
_CAPABILITY_VERSION = 0x20080522
_MOST_CAPABILITIES = 64


def lead_session() -> str:
    """Leave the terminal and the process group of what started this process."""
    if os.getsid(0) != os.getpid():
        os.setsid()
    return str(os.getsid(0))


def die_with_parent(parent: int) -> str:
    """Have the kernel kill this process when its parent ends.

    Args:
        parent: Who the parent was at first; another one means that it has ended.

    Raises:
        OSError: the signal is not set, or the parent is gone.
    """
    prctl(_SET_PDEATHSIG, signal.SIGKILL)
    number = ctypes.c_int(0)
    prctl(_GET_PDEATHSIG, ctypes.byref(number))
    if number.value != signal.SIGKILL:
        raise OSError(errno.EINVAL, f"expected signal 9, got {number.value}")
    if os.getppid() != parent:
        raise OSError(errno.ESRCH, f"parent {parent} has ended")
    return "signal 9"


def refuse_inspection() -> str:
    """Close `/proc` and core dumps of this process to others of the same user."""
    prctl(_SET_DUMPABLE, 0)
    return "not dumpable"


def become(uid: int | None) -> str:
    """Turn root into an ordinary user; an ordinary user stays.

    Raises:
        OSError: the process is still root.
    """
    if os.geteuid() != 0:
        return f"already {os.geteuid()}"
    if not uid:
        raise OSError(errno.EINVAL, f"is root, and expected a uid to become, got {uid}")
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    return str(uid)


def gain_nothing() -> str:
    """Set `no_new_privs`: no program run from here on can hand out rights."""
    prctl(_SET_NO_NEW_PRIVS, 1)
    return "set"


def bound_capabilities() -> str:
    """Empty the bounding set, which needs a capability itself.

    Raises:
        OSError: the set is as it was, or partly so.
    """
    dropped = 0
    for number in range(_MOST_CAPABILITIES):
        try:
            held = prctl(_CAPBSET_READ, number)
        except OSError:  # beyond the last that this kernel knows
            break
        if held:
            prctl(_CAPBSET_DROP, number)
            dropped += 1
    return f"{dropped} dropped"


def drop_capabilities() -> str:
    """Empty the effective, permitted, inheritable and ambient sets."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    call("capset", header, (ctypes.c_uint32 * 6)())
    return "none left"
