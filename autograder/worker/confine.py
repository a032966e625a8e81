"""Confine this process to what student code may use, before any of it runs.

Everything is a plain system call of the process on itself: no program is run. A
mechanism that this machine lacks is reported and not raised; the caller reads the
report and decides by its `tier`.

What this does not stop:

- The system calls are a denylist: a call that is dangerous and not on it is allowed.
- Bugs of the kernel, and side channels of processor, cache, timing and load.
- A worker keeps the inputs it is given, sees all that its zygote had imported, and can
  say anything on the socket it holds. Descriptors that are open stay usable: closing
  them is the caller's work.
- Without a private root (below tier `full`): asking whether a file outside exists, its
  size and its times, and seeing how many processes, mounts and interfaces there are.
- Where processes are allowed and the root is not private: connecting to Unix sockets
  that have a name in the file tree and that this user may write to, and sharing
  `/dev/shm` with this user's other processes. A child is not told apart from its
  parent: it may not signal itself.
- Limits are per process, but for the count of tasks: with processes allowed, memory and
  processor time may be used once by each. Writing to memory that is shared through
  scratch counts only against the size of scratch, and that only in tier `full`.
- With a GPU: addresses have no limit, all that its driver offers may be asked of it,
  and its memory and time are shared with whatever else computes there.
- Chmod and setting times are answered with success and not done.
"""

import errno
import os
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from . import landlock, limits, namespaces, privileges, root, seccomp
from .confinement import FEATURES, Confinement, Step, tier

__all__ = ["Confinement", "Step", "confine", "prepare", "tier"]

_CPU_GRACE_SECONDS = 1
_DRIVER_BYTES = 4 << 30
"""What a GPU's driver and libraries keep in a process, at most, before it computes."""
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    # `from_pretrained` would start four threads to read a file.
    "HF_DEACTIVATE_ASYNC_LOAD": "1",
}


def prepare() -> None:
    """Do once, in the process that workers are forked from, what all would repeat."""
    try:
        for processes in (False, True):
            seccomp.common_program(processes=processes)
        if os.geteuid() != 0:
            namespaces.blocked()
    except OSError:  # each worker's report says so
        return


def confine(asked: Confinement) -> tuple[Step, ...]:
    """Confine this process for good, as far as this machine can.

    It has one thread, holds no secret and has run no student code. Where the root
    becomes private, `scratch` is a new folder in memory under the same name.

    Returns:
        Every step in its order; a missing mechanism is a step that is not done.
    """
    report = _Report(asked.features)
    used = limits.usage()
    parent = os.getppid()
    is_root = os.geteuid() == 0
    other = asked.uid if is_root and report.uses("uid") else None
    owner = (other, other) if other else (os.geteuid(), os.getegid())

    report.attempt("one thread", _count_threads)
    report.attempt("session", privileges.lead_session)
    report.attempt("parent death", partial(privileges.die_with_parent, parent))
    report.attempt("environment", partial(_clear_environment, asked.scratch))
    apart = report.attempt("namespaces", namespaces.enter, feature="namespaces")
    enter = partial(_enter_root, asked, owner, apart)
    private = report.attempt("root", enter, feature="root")
    become = partial(privileges.become, asked.uid)
    # Another user who could not import any more would fail by no fault of student code.
    if other and not private and (closed := _closed(asked.readable)):
        other, owner = None, (os.geteuid(), os.getegid())
        become = partial(_refuse, f"{closed} is closed to other users")
    # A user namespace counts its own tasks.
    own_uid = bool(other) or (apart and not is_root)
    for name, act in _limits(asked, used, own_uid=own_uid).items():
        report.attempt(f"limit {name}", act)
    report.attempt("bounding set", privileges.bound_capabilities)
    report.attempt("scratch", partial(_own_scratch, asked.scratch, owner))
    report.attempt("uid", become, feature="uid")
    report.attempt("no new privileges", privileges.gain_nothing)
    report.attempt("parent death", partial(privileges.die_with_parent, parent))
    report.attempt("inspection", privileges.refuse_inspection)
    report.attempt("working folder", partial(_move_to, asked.scratch))
    # What a private root covers need not be left out rule by rule.
    hidden = () if private else asked.hidden
    report.attempt("landlock", partial(_landlock, asked, hidden), feature="landlock")
    report.attempt("capabilities", privileges.drop_capabilities)
    for name, act in _filters(asked).items():
        report.attempt(name, act, feature="seccomp")
    return tuple(report.steps)


class _Report:
    """Collects what was attempted, and what came of it."""

    def __init__(self, features: frozenset[str] | None) -> None:
        self.features = FEATURES if features is None else features
        self.steps: list[Step] = []

    def uses(self, feature: str) -> bool:
        return feature in self.features

    def attempt(
        self, name: str, act: Callable[[], str], *, feature: str | None = None
    ) -> bool:
        """Act, and note whether it succeeded."""
        done, detail = False, "switched off"
        if feature is None or self.uses(feature):
            try:
                done, detail = True, act()
            except OSError as error:
                code = errno.errorcode.get(error.errno or 0, "OSError")
                done, detail = False, f"{code}: {error.strerror}"
            except AttributeError as error:  # a function that this system lacks
                done, detail = False, f"missing: {error}"
        self.steps.append(Step(name=name, done=done, detail=detail))
        return done


def _count_threads() -> str:
    # Landlock and seccomp hold for the thread that asks, and for those it starts.
    names = [path.name for path in Path("/proc/self/task").iterdir()]
    if len(names) != 1:
        raise OSError(errno.EBUSY, f"expected 1 thread, got {len(names)}")
    return names[0]


def _clear_environment(scratch: str) -> str:
    os.environ.clear()
    os.environ.update(_ENVIRONMENT, HOME=scratch, TMPDIR=scratch)
    tempfile.tempdir = None  # it remembers the folder of the process before
    os.umask(0o022)
    return f"{len(os.environ)} names"


def _enter_root(asked: Confinement, owner: tuple[int, int], apart: bool) -> str:  # noqa: FBT001 - bound by `partial`, read by name above
    if not apart:
        raise OSError(errno.EPERM, "needs a mount namespace")
    return root.enter(
        readable=(*asked.readable, *asked.devices),
        hidden=asked.hidden,
        listable=asked.listable,
        scratch=asked.scratch,
        scratch_bytes=asked.scratch_bytes,
        owner=owner,
        shares_memory=asked.processes > 0,
    )


def _limits(
    asked: Confinement, used: limits.Usage | None, *, own_uid: bool
) -> dict[str, Callable[[], str]]:
    spent = used.cpu_seconds if used else 0.0
    seconds = asked.cpu_seconds + int(spent)
    cpu = partial(limits.limit, "cpu", seconds, grace=_CPU_GRACE_SECONDS)
    addresses = partial(limits.memory, "as", asked.memory_bytes, used)
    data = partial(limits.memory, "data", asked.memory_bytes, used)
    if asked.devices:
        # It reserves addresses for the memory of all GPUs and of the machine.
        addresses = partial(str, "none: a GPU's driver reserves terabytes")
        budget = asked.memory_bytes + _DRIVER_BYTES
        data = partial(limits.memory, "data", budget, used)
    return {
        "core": partial(limits.limit, "core", 0),
        "as": addresses,
        "data": data,
        "cpu": cpu,
        "fsize": partial(limits.limit, "fsize", asked.file_bytes),
        "nofile": partial(limits.limit, "nofile", asked.open_files),
        "nproc": partial(limits.tasks, asked.processes, own_uid=own_uid),
    }


def _closed(paths: Iterable[str]) -> str | None:
    """Name a folder above one of the paths that other users may not enter."""
    folders = {folder for path in paths for folder in Path(path).parents}
    shut = (str(f) for f in folders if f.exists() and not f.stat().st_mode & 0o001)
    return min(shut, default=None)


def _refuse(reason: str) -> str:
    raise OSError(errno.EACCES, reason)


def _own_scratch(scratch: str, owner: tuple[int, int]) -> str:
    folder = Path(scratch)
    folder.chmod(0o700)
    if folder.stat().st_uid != owner[0]:
        os.chown(scratch, *owner)
    return f"of {owner[0]}"


def _move_to(scratch: str) -> str:
    os.chdir(scratch)
    if not os.access(".", os.W_OK):
        raise OSError(errno.EACCES, f"{scratch} cannot be written to")
    return scratch


def _landlock(asked: Confinement, hidden: tuple[str, ...]) -> str:
    shared = (root.SHARED_MEMORY,) if asked.processes else ()
    return landlock.restrict(
        readable=asked.readable,
        hidden=hidden,
        listable=asked.listable,
        writable=(asked.scratch, *shared),
        devices=asked.devices,
    )


def _filters(asked: Confinement) -> dict[str, Callable[[], str]]:
    def own() -> str:
        return seccomp.install(seccomp.own_program(os.getpid()))

    def common() -> str:
        program = seccomp.common_program(processes=asked.processes > 0)
        return seccomp.install(program)

    return {"seccomp self": own, "seccomp": common}
