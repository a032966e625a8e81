"""Starts the processes beside student code, and ends what it started.

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
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import libraries
from autograder.catalog import Assignment
from autograder.errors import SandboxError
from autograder.supervision import END_SECONDS, Output, Worker

START_SECONDS = 180.0
"""How long a zygote may import; a cold disk takes most of a minute."""
FORK_SECONDS = 30.0
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
        with ExitStack() as failed:
            control = failed.enter_context(self._connect(assignment.profile))
            conversation, other = map(failed.enter_context, socket.socketpair())
            scratch = Path(tempfile.mkdtemp(dir=self.folder / "scratch"))
            reading, writing = os.pipe()
            output = Output(reading, assignment.limits.output_bytes)
            failed.callback(output.close)
            order = {
                "assignment": assignment.id,
                "part": part,
                "folder": str(submission),
                "confinement": self._confinement(assignment, submission, scratch),
            }
            try:
                pid = _place(order, control, [other.fileno(), writing])
            finally:
                other.close()
                os.close(writing)
            failed.pop_all()
        return Worker(
            conversation=conversation,
            pid=pid,
            control=control,
            printed=output,
            scratch=scratch,
        )

    def _confinement(
        self, assignment: Assignment, submission: Path, scratch: Path
    ) -> dict[str, Any]:
        limits = assignment.limits
        return {
            "readable": [*_readable(assignment.profile), str(submission)],
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
            "features": _listed(self.isolation.features),
        }

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


def _place(
    order: dict[str, Any], control: socket.socket, descriptors: list[int]
) -> int:
    """Sends an order with its descriptors; returns the pid of the worker."""
    control.settimeout(FORK_SECONDS)
    try:
        socket.send_fds(control, [json.dumps(order).encode()], descriptors)
        reply = control.recv(4096)
    except OSError as error:
        raise SandboxError(f"no worker for {order['part']}: {error}") from error
    if not reply:
        raise SandboxError(f"no worker for {order['part']}: the zygote died")
    return int(json.loads(reply)["pid"])


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
