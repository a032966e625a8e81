"""Has workers forked from zygotes, and starts those: Linux only.

There is one zygote for each profile in a sandbox's folder.  It is started by whoever
first needs one and finds none alive, so a batch goes on when one dies; it ends with
the process that started it.
"""

from __future__ import annotations

import json
import select
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from autograder import accelerator, libraries
from autograder.catalog import Assignment
from autograder.errors import SandboxError
from autograder.interpreter import ENVIRONMENT, OURS, PROGRAM
from autograder.supervision import END_SECONDS, Exit, Worker, watch

START_SECONDS = 180.0
"""How long a zygote may import; a cold disk takes most of a minute."""
FORK_SECONDS = 30.0
HELLO_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Forked:
    """A worker as its zygote lets it be ended.

    Attributes:
        pid: of the worker, whose parent is the zygote.
        control: the zygote's connection for this worker.
    """

    pid: int
    control: socket.socket

    def end(self, grace: float) -> Exit:
        """Waits for its end, has it killed after `grace` seconds; asked only once.

        Raises:
            SandboxError: if nothing is heard of its end.
        """
        message = b""
        try:
            if not select.select([self.control], [], [], grace)[0]:
                self.control.send(b"kill")
            self.control.settimeout(END_SECONDS)
            message = self.control.recv(4096)
        except TimeoutError:
            raise SandboxError(f"worker {self.pid} could not be ended") from None
        except OSError:
            pass
        finally:
            self.control.close()
        if not message:
            raise SandboxError(f"the zygote of worker {self.pid} died")
        return Exit(**json.loads(message))


class Zygotes:
    """The zygotes of one sandbox, and the orders that they are given."""

    def __init__(self, folder: Path, features: frozenset[str] | None) -> None:
        self._folder = folder
        self._features = features
        self._started: list[subprocess.Popen[bytes]] = []

    def close(self) -> None:
        """Ends the zygotes that this process started, and so all their workers."""
        for process in self._started:
            if process.stdin is not None:
                process.stdin.close()
        for process in self._started:
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:  # still importing, from a slow disk
                process.kill()
                process.wait()
        self._started.clear()

    def warm(self, profile: str) -> None:
        """Makes sure that a zygote of `profile` serves.

        Raises:
            SandboxError: if none can be started.
        """
        self._connect(profile).close()

    def fork(
        self, assignment: Assignment, part: str, submission: Path, scratch: Path
    ) -> Worker:
        """Has a worker forked for one part of a submission.

        Raises:
            SandboxError: if no worker can be had.
        """
        order = {
            "assignment": assignment.id,
            "part": part,
            "folder": str(submission),
            **assignment.policy(),
            **accelerator.order(assignment.device),
            "confinement": self._confinement(assignment, submission, scratch),
        }
        return watch(
            partial(self._order, assignment.profile, order),
            scratch=scratch,
            output_bytes=assignment.limits.output_bytes,
            start_seconds=HELLO_SECONDS,
        )

    def _confinement(
        self, assignment: Assignment, submission: Path, scratch: Path
    ) -> dict[str, Any]:
        limits = assignment.limits
        features = self._features
        return {
            "readable": [
                *_readable(assignment.profile),
                *accelerator.readable(assignment.device),
                str(submission),
            ],
            "devices": accelerator.device_files(assignment.device),
            "hidden": libraries.hidden(),
            "listable": libraries.listable(),
            "scratch": str(scratch),
            "memory_bytes": limits.memory_bytes,
            "cpu_seconds": limits.cpu_seconds,
            "file_bytes": limits.file_bytes,
            "open_files": 256,
            "processes": limits.processes,
            "scratch_bytes": limits.file_bytes,
            "uid": None,  # the zygote knows which one is free
            "features": None if features is None else sorted(features),
        }

    def _order(
        self,
        profile: str,
        order: dict[str, Any],
        conversation: socket.socket,
        output: int,
    ) -> Forked:
        """Sends an order with the worker's ends of its channels."""
        control = self._connect(profile)
        try:
            control.settimeout(FORK_SECONDS)
            descriptors = [conversation.fileno(), output]
            socket.send_fds(control, [json.dumps(order).encode()], descriptors)
            reply = control.recv(4096)
        except OSError as error:
            control.close()
            raise SandboxError(f"no worker for {order['part']}: {error}") from error
        if not reply:
            control.close()
            raise SandboxError(f"no worker for {order['part']}: the zygote died")
        return Forked(pid=int(json.loads(reply)["pid"]), control=control)

    def _connect(self, profile: str) -> socket.socket:
        import fcntl  # noqa: PLC0415 - Windows has none, and imports this module

        address = self._folder / f"{profile}.zygote"
        with suppress(OSError):
            return _connected(address)
        # One of the batch's processes starts it; the others wait here, then find it.
        with (self._folder / f"{profile}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with suppress(OSError):
                return _connected(address)
            address.unlink(missing_ok=True)
            self._start(profile, address)
            return _connected(address)

    def _shared_root(self, profile: str) -> dict[str, Any] | None:
        """What every worker of `profile` sees alike, if it gets a root of its own."""
        features = self._features
        if features is not None and not features >= {"namespaces", "root"}:
            return None
        folder = self._folder / f"{profile}.root"
        folder.mkdir(exist_ok=True)
        return {
            "folder": str(folder),
            "readable": _readable(profile),
            "hidden": libraries.hidden(),
            "listable": libraries.listable(),
            "private": str(self._folder),
        }

    def _start(self, profile: str, address: Path) -> None:
        log = self._folder / f"{profile}.log"
        with log.open("wb") as errors:
            process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                [
                    *(*PROGRAM, str(address), profile),
                    json.dumps(self._shared_root(profile)),
                    *libraries.site_folders(),
                ],
                stdin=subprocess.PIPE,
                stdout=errors,
                stderr=errors,
                env=ENVIRONMENT,
                cwd="/",
                start_new_session=True,
            )
        self._started.append(process)
        deadline = time.monotonic() + START_SECONDS
        while not address.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(errors="replace").strip().splitlines()[-1:]
                raise SandboxError(
                    f"the zygote of profile {profile!r} did not start: {said}"
                )
            time.sleep(0.01)


def _connected(address: Path) -> socket.socket:
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        control.connect(str(address))
    except OSError:
        control.close()
        raise
    return control


def _readable(profile: str) -> list[str]:
    return [*libraries.readable(profile), *OURS]
