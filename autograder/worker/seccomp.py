"""Deny system calls to this thread, and all it starts, by a seccomp filter."""

import ctypes
import errno
import functools
import struct

from .kernel import call, machine
from .syscalls import numbers

_LOAD, _RETURN, _AND = 0x20, 0x06, 0x54
_IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT = 0x15, 0x35, 0x45
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000
_SET_FILTER = 1

_CLONE_THREAD = 0x10000
# A sibling, or a process in namespaces of its own.
_CLONE_ELSEWHERE = 0x8000 | 0x7E020000
_AF_UNIX, _SOCK_STREAM, _SOCK_TYPES = 1, 1, 0xF
# By call: which argument decides, and the values that are denied.
_DENIED_ARGUMENTS = {
    # typing into a terminal, its console menu; asking for another's signals
    "ioctl": (1, (0x5412, 0x541C, 0x8901, 0x8902)),
    # F_SETSIG, F_SETOWN, F_SETOWN_EX: a pipe would send a signal to anyone
    "fcntl": (1, (10, 8, 15)),
    # PR_SET_PDEATHSIG: a worker does not outlive what started it
    "prctl": (0, (1,)),
}
_DENIED = (
    *("exec", "other processes", "mounts", "namespaces", "identity", "kernel"),
    *("files by handle", "watching", "memory shared by key", "ownership"),
)

_Program = tuple[bytes, ...]


def _op(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _answer(code: int) -> bytes:
    """Answer the call with an errno, or with success where that is 0."""
    return _op(_RETURN, _ERRNO | code)


def _argument(index: int) -> bytes:
    # The low half: every argument looked at is a 32-bit value to the kernel.
    return _op(_LOAD, _ARGUMENTS + 8 * index)


def _on(number: int, block: _Program) -> _Program:
    """Run a block, which ends in an answer, on one call."""
    return (_op(_IF_EQUAL, number, 0, len(block)), *block)


def _on_each(purpose: str, block: _Program) -> _Program:
    return tuple(
        op
        for number in numbers(purpose, machine()).values()
        for op in _on(number, block)
    )


def _start() -> _Program:
    ops = [
        _op(_LOAD, _ARCHITECTURE),
        _op(_IF_EQUAL, _AUDIT_ARCHITECTURE[machine()], 1, 0),
        _op(_RETURN, _KILL),
        _op(_LOAD, _NUMBER),
    ]
    if machine() == "x86_64":
        ops += [_op(_IF_AT_LEAST, _X32_BIT, 0, 1), _op(_RETURN, _KILL)]
    return tuple(ops)


def _creating(*, processes: bool) -> _Program:
    """Allow threads alone, or processes that stay where they are."""
    allow, deny = _op(_RETURN, _ALLOW), _answer(errno.EPERM)
    # Its flags lie in memory, out of a filter's sight; libc then uses clone.
    clone3 = _on_each("clone3", (_answer(errno.ENOSYS),))
    if processes:
        elsewhere = _op(_IF_ANY_BIT, _CLONE_ELSEWHERE, 0, 1)
        return clone3 + _on_each("clone", (_argument(0), elsewhere, deny, allow))
    thread = _op(_IF_ANY_BIT, _CLONE_THREAD, 1, 0)
    clone = _on_each("clone", (_argument(0), thread, deny, allow))
    return clone3 + clone + _on_each("fork", (deny,))


def _connecting(*, processes: bool) -> _Program:
    """Deny sockets, but for the Unix streams that processes pass tensors by."""
    deny = _answer(errno.EPERM)
    if not processes:
        return _on_each("sockets", (deny,))
    streams_only = (
        _argument(0),
        _op(_IF_EQUAL, _AF_UNIX, 0, 3),
        _argument(1),
        _op(_AND, _SOCK_TYPES),
        _op(_IF_EQUAL, _SOCK_STREAM, 1, 0),
        deny,
        _op(_RETURN, _ALLOW),
    )
    return _on_each("sockets", streams_only)


def _by_argument() -> _Program:
    deny = _answer(errno.EPERM)
    ops: list[bytes] = []
    for name, number in numbers("by argument", machine()).items():
        index, values = _DENIED_ARGUMENTS[name]
        block = [_argument(index)]
        for value in values:
            block += _on(value, (deny,))
        ops += _on(number, (*block, _op(_RETURN, _ALLOW)))
    return tuple(ops)


@functools.cache
def common_program(*, processes: bool) -> bytes:
    """Build the filter that all workers share, with or without processes."""
    ops = _start()
    for purpose in _DENIED:
        ops += _on_each(purpose, (_answer(errno.EPERM),))
    # Landlock does not cover these on files outside. Honest code copies modes and
    # times along and has no use for the result, so it is told that it worked.
    ops += _on_each("modes and times", (_answer(0),))
    ops += _creating(processes=processes)
    ops += _connecting(processes=processes)
    ops += _by_argument()
    return b"".join((*ops, _op(_RETURN, _ALLOW)))


def own_program(pid: int) -> bytes:
    """Build the filter that lets a process send signals and limits to itself only."""
    deny, allow = _answer(errno.EPERM), _op(_RETURN, _ALLOW)
    itself = (_argument(0), _op(_IF_EQUAL, pid, 1, 0), deny, allow)
    or_zero = (
        _argument(0),
        _op(_IF_EQUAL, pid, 2, 0),
        _op(_IF_EQUAL, 0, 1, 0),
        deny,
        allow,
    )
    ops = _start() + _on_each("signal", itself) + _on_each("self or zero", or_zero)
    return b"".join((*ops, allow))


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("ops", ctypes.c_char_p))


def install(program: bytes) -> str:
    """Put a filter in force for good; needs `no_new_privs`.

    Raises:
        OSError: it is not in force.
    """
    length = len(program) // struct.calcsize("=HBBI")
    fields = _FilterProgram(length, program)
    call("seccomp", _SET_FILTER, 0, ctypes.byref(fields))
    return f"{length} instructions"
