"""Spawns workers as processes of their own, unconfined, where no zygote can be.

Such a worker is for practice: it may read, change and reach whatever this user may.
On POSIX its processor time and the size of its files are limited, and its session is
killed with it.  Not covered: its memory; a process that leaves the session; and on
Windows limits of any kind, and every process that the worker starts.
Every worker imports its profile by itself, which takes seconds.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from autograder import accelerator, libraries
from autograder.catalog import Assignment
from autograder.errors import SandboxError
from autograder.interpreter import ENVIRONMENT, PROGRAM
from autograder.supervision import END_SECONDS, Exit, Worker, watch

START_SECONDS = 180.0
"""How long a worker may import before its hello; a cold disk takes a minute."""
_PAUSE_SECONDS = 0.01
_HOMES = ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP")
# Kibibytes but for one system, which counts bytes.
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Spawned:
    """A worker that is this process's own child, and leads a session on POSIX."""

    process: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        """Its number on this machine."""
        return self.process.pid

    def end(self, grace: float) -> Exit:
        """Waits for its end, kills its session after `grace` seconds.

        Raises:
            SandboxError: if it cannot be ended.
        """
        ended = self._wait(grace)
        self._kill()  # even if it ended: what it started may live on
        ended = ended or self._wait(END_SECONDS)
        if ended is None:
            raise SandboxError(f"worker {self.pid} could not be ended")
        return ended

    def _wait(self, seconds: float) -> Exit | None:
        if sys.platform == "win32":  # pragma: no cover - Windows
            # There is no wait status, and the use of time and memory is not told.
            with suppress(subprocess.TimeoutExpired):
                code = self.process.wait(seconds)
                return Exit(status=code << 8, cpu_seconds=0.0, peak_bytes=0)
            return None
        deadline = time.monotonic() + seconds
        while True:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                # Its own object did not see it end, and would look for it.
                self.process.returncode = os.waitstatus_to_exitcode(status)
                return Exit(
                    status=status,
                    cpu_seconds=usage.ru_utime + usage.ru_stime,
                    peak_bytes=usage.ru_maxrss * _PEAK_UNIT,
                )
            if time.monotonic() >= deadline:
                return None
            time.sleep(_PAUSE_SECONDS)

    def _kill(self) -> None:
        if sys.platform == "win32":  # pragma: no cover - Windows
            self.process.kill()
            return
        # A session that is gone, or has only processes that ended.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def spawn(assignment: Assignment, part: str, submission: Path, scratch: Path) -> Worker:
    """Spawns a worker for one part of a submission.

    Raises:
        SandboxError: if no worker can be had.
    """
    order = {
        "profile": assignment.profile,
        "assignment": assignment.id,
        "part": part,
        "folder": str(submission),
        **assignment.policy(),
        **accelerator.order(assignment.device),
        "cpu_seconds": assignment.limits.cpu_seconds,
        "file_bytes": assignment.limits.file_bytes,
    }
    return watch(
        partial(_start, order, scratch),
        scratch=scratch,
        output_bytes=assignment.limits.output_bytes,
        start_seconds=START_SECONDS,
    )


def _start(
    order: dict[str, Any], scratch: Path, conversation: socket.socket, output: int
) -> Spawned:
    is_posix = os.name == "posix"
    try:
        process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [*PROGRAM, "spawned", *libraries.site_folders()],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env=ENVIRONMENT | dict.fromkeys(_HOMES, str(scratch)),
            cwd=scratch,
            pass_fds=(conversation.fileno(),) if is_posix else (),
            start_new_session=is_posix,
        )
    except OSError as error:
        raise SandboxError(f"no worker for {order['part']}: {error}") from error
    # A worker that ended already is noticed by the hello that does not come.
    if process.stdin is not None:
        with suppress(OSError), process.stdin as pipe:
            sent = order | {"conversation": _passed(conversation, process.pid)}
            pipe.write(json.dumps(sent).encode())
    return Spawned(process=process)


def _passed(conversation: socket.socket, pid: int) -> str:
    """What a worker finds its end of the conversation by."""
    if sys.platform == "win32":  # pragma: no cover - Windows
        return base64.b64encode(conversation.share(pid)).decode()
    return str(conversation.fileno())
