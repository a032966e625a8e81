"""Imports what a profile allows, once, and forks a worker for every order.

The zygote holds no secret, no check, no reference and no descriptor of the grader's.
It listens on a Unix socket; one connection is one worker:

    grader -> zygote   the order (JSON) with two descriptors: conversation, output
    zygote -> grader   {"pid": ...}
    grader -> zygote   anything, or the end of the connection: kill the worker
    zygote -> grader   {"status": ..., "cpu_seconds": ..., "peak_bytes": ...}

The last message is sent when the worker and all that it started are gone.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import selectors
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from autograder.worker import profiles
from autograder.worker.removal import remove
from autograder.worker.users import Users

LONGEST_ORDER = 1 << 20
SHARED_MEMORY = "/dev/shm"  # noqa: S108 - where C libraries look, not ours to choose
PR_SET_CHILD_SUBREAPER = 36


def main(address: str, profile: str, shared_root: str) -> None:
    """Prepares, listens at `address`, and serves until standard input ends.

    Args:
        address: where to make the socket.
        profile: what to import.
        shared_root: JSON: what `root.prepare` takes, or null where none is wanted.
    """
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(address + ".new")
    listener.listen(64)
    _prepare(profile)
    _prepare_root(json.loads(shared_root))
    # The name appears when the zygote can serve: waiting for it is enough.
    Path(address + ".new").rename(address)
    Zygote(listener).serve()


def _prepare(profile: str) -> None:
    profiles.load(profile)
    import_module("autograder.worker.confine").prepare()
    gc.collect()
    gc.freeze()


def _prepare_root(shared: dict[str, Any] | None) -> None:
    from autograder.worker import root  # noqa: PLC0415 - ours, once the libraries are in

    if shared is not None:
        with suppress(OSError):  # then each worker tries by itself, and reports
            root.prepare(**shared)


class Zygote:
    """Forks workers, waits for them and reports how they ended."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._workers: dict[int, socket.socket] = {}
        self._users = Users()
        self._uids: dict[int, int | None] = {}
        self._selector = selectors.DefaultSelector()
        # Orphans of a worker become children of the zygote, which can end them.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def serve(self) -> None:
        """Serves orders until the lifeline, standard input, ends."""
        woken, wake = os.pipe()
        for end in (woken, wake):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake)
        self._selector.register(0, selectors.EVENT_READ, self._end)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(
            woken, selectors.EVENT_READ, lambda: self._reap(os.read(woken, 512))
        )
        while True:
            for key, _ in self._selector.select():
                key.data()

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        self._selector.register(
            connection, selectors.EVENT_READ, lambda: self._order(connection)
        )

    def _order(self, connection: socket.socket) -> None:
        self._selector.unregister(connection)
        message, descriptors, _, _ = socket.recv_fds(connection, LONGEST_ORDER, 2)
        if not message:
            connection.close()
            return
        order = json.loads(message)
        uid = self._users.free(self._uids.values())
        order["confinement"]["uid"] = uid
        pid = os.fork()
        if pid == 0:
            _become_worker(order, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        self._workers[pid] = connection
        self._uids[pid] = uid
        self._selector.register(
            connection, selectors.EVENT_READ, lambda: self._hear(connection, pid)
        )
        _tell(connection, {"pid": pid})

    def _hear(self, connection: socket.socket, pid: int) -> None:
        """Ends the worker: the grader asks for it, or is gone."""
        if not connection.recv(16):
            self._selector.unregister(connection)
            connection.close()
        if pid in self._workers:
            # A group of its own is the worker's first step; until then, its pid.
            for kill in (os.killpg, os.kill):
                with suppress(ProcessLookupError, PermissionError):
                    kill(pid, signal.SIGKILL)

    def _reap(self, _: bytes) -> None:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            connection = self._workers.pop(pid, None)
            if connection is None:
                continue
            uid = self._uids.pop(pid)
            self._end_orphans(uid)
            clear_shared_memory(uid)
            # The grader closes the connection: closing it here could lose the message.
            _tell(
                connection,
                {
                    "status": status,
                    "cpu_seconds": usage.ru_utime + usage.ru_stime,
                    "peak_bytes": usage.ru_maxrss * 1024,
                },
            )

    def _end_orphans(self, uid: int | None) -> None:
        """Ends what a dead worker left behind, however often it forked away."""
        if uid is not None and _children() - self._workers.keys():
            end_all_of(uid)
        while orphans := _children() - self._workers.keys():
            for pid in orphans:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                with suppress(ChildProcessError):
                    os.waitpid(pid, 0)

    def _end(self) -> NoReturn:
        for pid in self._workers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while self._workers:
            pid, _ = os.wait()
            if self._workers.pop(pid, None):
                self._end_orphans(self._uids.pop(pid))
        self._end_orphans(None)
        os._exit(0)


def end_all_of(uid: int) -> None:
    """Kills every process of a uid at one stroke, which none can fork away from.

    One by one, those that fork and end would be chased for as long as they like, and
    all other workers would wait.  Where the worker kept another user, nothing is found.
    """
    pid = os.fork()
    if pid == 0:
        try:
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def clear_shared_memory(uid: int | None) -> None:
    """Removes what a worker left in memory that later ones could read.

    With a private root there is nothing; without a uid of its own, a worker's files
    cannot be told from those of the user.
    """
    if uid is None or not Path(SHARED_MEMORY).is_dir():
        return
    for file in Path(SHARED_MEMORY).iterdir():
        with suppress(OSError):  # somebody else's, and gone meanwhile
            if file.lstat().st_uid == uid:
                is_folder = file.is_dir() and not file.is_symlink()
                remove(file) if is_folder else file.unlink()


def _children() -> set[int]:
    file = Path(f"/proc/self/task/{os.getpid()}/children")
    return {int(pid) for pid in file.read_text().split()}


def _tell(connection: socket.socket, message: dict[str, Any]) -> None:
    with suppress(OSError):  # a grader that is gone need not be told
        connection.send(json.dumps(message).encode())


def _become_worker(order: dict[str, Any], descriptors: list[int]) -> NoReturn:
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        conversation = _keep_only(*descriptors)
        from autograder.worker.confine import (  # noqa: PLC0415 - imported already
            Confinement,
            confine,
        )
        from autograder.worker.server import serve  # noqa: PLC0415 - imported already

        steps = confine(Confinement.from_json(order["confinement"]))
        serve(conversation, order, steps)
        os._exit(0)
    except BaseException:  # noqa: BLE001 - a fork must never return into the zygote
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(Exception):
            sys.stdout.flush()
        os._exit(1)


def _keep_only(conversation: int, output: int) -> socket.socket:
    """Lets the descriptors 0 to 3 be null, output, output and the conversation."""
    conversation, output = (
        os.dup2(fd, 64 + i) for i, fd in enumerate((conversation, output))
    )
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(conversation, 3, inheritable=False)
    os.closerange(4, os.sysconf("SC_OPEN_MAX"))
    options: dict[str, Any] = {"buffering": 1, "errors": "backslashreplace"}
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False, **options)  # noqa: SIM115 - lives as long as the process
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, **options)  # noqa: SIM115 - the same
    return socket.socket(fileno=3)
