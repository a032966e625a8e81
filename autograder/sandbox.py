"""Starts, feeds and ends the processes beside student code.

A `Sandbox` is one private folder for a batch: in it lie the submissions that its
workers may read, and the addresses of its zygotes, one for each profile.  A zygote is
started by whoever first needs one and finds none alive, so a batch goes on when one
dies; it ends with the process that started it.
What confines a worker, and what does not, is said in `autograder.worker.confine`.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder import libraries
from autograder.catalog import Assignment, Limits
from autograder.errors import SandboxError

START_SECONDS = 180.0
"""How long a zygote may import; a cold disk takes most of a minute."""
FORK_SECONDS = 30.0
END_SECONDS = 30.0
HERE = Path(__file__).resolve().parent
# Without site packages, so without `.pth` files, and without the folders of user and
# program. Not `-I`, which would ignore our own `ENVIRONMENT` and its seed of hashes.
_OPTIONS = ("-P", "-s", "-S", "-B")
_PROGRAM = (sys.executable, *_OPTIONS, str(HERE / "worker" / "__main__.py"))
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/nonexistent",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "CUDA_VISIBLE_DEVICES": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """How far workers must be confined, and with what.

    Attributes:
        accepted: the lowest tier that may grade.
        features: the mechanisms to use, None for all that the machine has.
    """

    accepted: str = "standard"
    features: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How a worker ended: a wait status and what it used."""

    status: int
    cpu_seconds: float
    peak_bytes: int


@dataclass(kw_only=True)
class Worker:
    """One process beside student code, as seen from the grader."""

    conversation: socket.socket
    pid: int
    _control: socket.socket
    _output: _Output
    _scratch: Path
    _exit: Exit | None = None

    def end(self, *, grace: float = 0.0) -> Exit:
        """Waits for the worker's end, kills it after `grace` seconds, and clears up.

        Raises:
            SandboxError: if nothing is heard of its end; it may still run.
        """
        if self._exit is None:
            self.conversation.close()
            self._exit = self._hear_of_end(grace)
            self._control.close()
            self._output.close()
            shutil.rmtree(self._scratch, ignore_errors=True)
        return self._exit

    @property
    def output(self) -> str:
        """What student code printed so far, capped, without control characters."""
        return self._output.text()

    def _hear_of_end(self, grace: float) -> Exit:
        try:
            if not select.select([self._control], [], [], grace)[0]:
                self._control.send(b"kill")
            self._control.settimeout(END_SECONDS)
            message = self._control.recv(4096)
        except TimeoutError:
            raise SandboxError(f"worker {self.pid} could not be ended") from None
        except OSError:
            message = b""
        if not message:
            raise SandboxError(f"the zygote of worker {self.pid} died")
        return Exit(**json.loads(message))


class Sandbox:
    """A private folder for one batch, with its submissions and zygotes."""

    def __init__(self, folder: Path, isolation: Isolation) -> None:
        self.folder = folder
        self.isolation = isolation
        self._started: list[subprocess.Popen[bytes]] = []

    @classmethod
    @contextmanager
    def create(cls, isolation: Isolation | None = None) -> Iterator[Sandbox]:
        """Makes a sandbox and removes it, with all that runs in it, at the end.

        Raises:
            SandboxError: if this system cannot confine student code at all.
        """
        if sys.platform != "linux":
            raise SandboxError(
                f"student code can be confined on Linux only, not on {sys.platform};"
                " check your own work with `pytest assignments/`"
            )
        folder = Path(tempfile.mkdtemp(prefix="autograder-"))
        folder.chmod(0o711)  # a worker of another user reaches what it is named
        for name in ("scratch", "submissions"):
            (folder / name).mkdir(mode=0o711)
        sandbox = cls(folder, isolation or Isolation())
        try:
            yield sandbox
        finally:
            sandbox.close()
            shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Ends the zygotes that this process started, and so all their workers."""
        for process in self._started:
            if process.stdin is not None:
                process.stdin.close()
        for process in self._started:
            process.wait(END_SECONDS)
        self._started.clear()

    def warm(self, profile: str) -> None:
        """Makes sure that a zygote of `profile` serves.

        Raises:
            SandboxError: if none can be started.
        """
        self._connect(profile).close()

    def fork(self, assignment: Assignment, part: str, submission: Path) -> Worker:
        """Starts a worker for one part of a submission.

        Args:
            assignment: says the profile and the limits.
            part: the part to import.
            submission: folder of the submission's own files, below this sandbox.

        Raises:
            SandboxError: if no worker can be had.
        """
        control = self._connect(assignment.profile)
        control.settimeout(FORK_SECONDS)
        conversation, other = socket.socketpair()
        reading, writing = os.pipe()
        scratch = Path(tempfile.mkdtemp(dir=self.folder / "scratch"))
        order = {
            "assignment": assignment.id,
            "part": part,
            "folder": str(submission),
            "confinement": _confinement(assignment, submission, scratch)
            | {"features": _listed(self.isolation.features)},
        }
        output = _Output(reading, assignment.limits.output_bytes)
        try:
            message = json.dumps(order).encode()
            socket.send_fds(control, [message], [other.fileno(), writing])
            reply = control.recv(4096)
        except OSError as error:
            raise SandboxError(f"no worker for {part}: {error}") from error
        finally:
            other.close()
            os.close(writing)
        if not reply:
            raise SandboxError(f"no worker for {part}: the zygote died")
        return Worker(
            conversation=conversation,
            pid=json.loads(reply)["pid"],
            _control=control,
            _output=output,
            _scratch=scratch,
        )

    def _connect(self, profile: str) -> socket.socket:
        address = self.folder / f"{profile}.zygote"
        with suppress(OSError):
            return _connected(address)
        # One of the batch's processes starts it; the others wait here, then find it.
        with (self.folder / f"{profile}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with suppress(OSError):
                return _connected(address)
            address.unlink(missing_ok=True)
            self._start(profile, address)
            return _connected(address)

    def _shared_root(self, profile: str) -> dict[str, Any] | None:
        """What every worker of `profile` sees alike, if it gets a root of its own."""
        features = self.isolation.features
        if features is not None and not features >= {"namespaces", "root"}:
            return None
        folder = self.folder / f"{profile}.root"
        folder.mkdir(exist_ok=True)
        return {
            "folder": str(folder),
            "readable": _readable(profile),
            "hidden": libraries.hidden(),
            "listable": libraries.listable(),
            "private": str(self.folder),
        }

    def _start(self, profile: str, address: Path) -> None:
        log = self.folder / f"{profile}.log"
        with log.open("wb") as errors:
            process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                [
                    *(*_PROGRAM, str(address), profile),
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


def try_confinement(
    features: frozenset[str] | None = None,
) -> list[tuple[str, bool, str]]:
    """Steps of confinement as they go on this machine: name, whether done, detail.

    Args:
        features: the mechanisms to use, None for all.

    Raises:
        SandboxError: if the trial itself fails.
    """
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        tried = subprocess.run(  # noqa: S603 - our own program, no shell
            [*_PROGRAM, "trial", scratch, json.dumps(_listed(features))],
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=END_SECONDS,
            check=False,
        )
    try:
        return [(name, done, text) for name, done, text in json.loads(tried.stdout)]
    except ValueError as error:
        said = tried.stderr.strip().splitlines()[-1:]
        raise SandboxError(f"confinement cannot be tried: {said}") from error


def _listed(features: frozenset[str] | None) -> list[str] | None:
    return None if features is None else sorted(features)


def _connected(address: Path) -> socket.socket:
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        control.connect(str(address))
    except OSError:
        control.close()
        raise
    return control


def _readable(profile: str) -> list[str]:
    ours = (HERE / "worker", HERE / "probes")
    return [*libraries.readable(profile), *map(str, ours)]


def _confinement(assignment: Assignment, submission: Path, scratch: Path) -> Any:
    limits: Limits = assignment.limits
    return {
        "readable": [*_readable(assignment.profile), str(submission)],
        "hidden": list(libraries.hidden()),
        "listable": list(libraries.listable()),
        "scratch": str(scratch),
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": limits.cpu_seconds,
        "file_bytes": limits.file_bytes,
        "open_files": 256,
        "processes": limits.processes,
        "scratch_bytes": limits.file_bytes,
        "uid": None,  # the zygote knows which one is free
    }


@dataclass
class _Output:
    """Drains what a worker prints: keeps the first bytes and counts the rest."""

    descriptor: int
    most: int
    kept: bytearray = field(default_factory=bytearray)
    dropped: int = 0

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        while piece := os.read(self.descriptor, 1 << 16):
            room = self.most - len(self.kept)
            self.kept += piece[:room]
            self.dropped += len(piece) - min(len(piece), room)

    def close(self) -> None:
        """Waits for the end of the output: every process that held it is gone."""
        self._thread.join(END_SECONDS)
        os.close(self.descriptor)

    def text(self) -> str:
        """The kept output as text that cannot move a cursor or hide a line."""
        text = bytes(self.kept).decode("utf-8", "backslashreplace")
        shown = "".join(c if c.isprintable() or c in "\n\t" else "�" for c in text)
        return shown + (f"\n[{self.dropped} more bytes]" if self.dropped else "")
