"""Call the Linux kernel, where no module of Python does."""

import ctypes
import errno
import functools
import os
import sys

from .syscalls import all_numbers


@functools.cache
def machine() -> str:
    """Return the architecture that system calls are numbered by.

    Raises:
        OSError: this is not Linux on x86_64 or aarch64, in a 64-bit process.
    """
    name = os.uname().machine if sys.platform == "linux" else sys.platform
    if name not in {"x86_64", "aarch64"} or sys.maxsize < 2**32:
        raise OSError(errno.ENOSYS, f"needs 64-bit Linux on x86_64 or arm, is {name}")
    return name


@functools.cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc


@functools.cache
def _numbers() -> dict[str, int]:
    return all_numbers(machine())


def call(name: str, *args: object) -> int:
    """Make a system call; integers, bytes, `None` and ctypes objects are passed on.

    Raises:
        OSError: the kernel refused, or knows no such call.
    """
    number = _numbers()[name]
    wide = [ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args]
    result = int(_libc().syscall(ctypes.c_long(number), *wide))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def prctl(option: int, *args: object) -> int:
    """Change or ask an attribute of this process; see `prctl(2)`."""
    padded = (*args, 0, 0, 0, 0)[:4]
    return call("prctl", option, *padded)
