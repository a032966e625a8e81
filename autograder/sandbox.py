"""Holds a batch's submissions, and has processes started beside student code.

A `Sandbox` is one private folder for a batch: in it lie the submissions that its
workers may read, and the addresses of its zygotes.  Where there can be no zygote,
workers are spawned instead, and nothing confines them.
What confines a worker, and what does not, is said in `autograder.worker.confine`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from autograder.catalog import Assignment
from autograder.errors import SandboxError
from autograder.forking import Zygotes
from autograder.interpreter import ENVIRONMENT, PROGRAM
from autograder.spawning import spawn
from autograder.supervision import END_SECONDS, Worker
from autograder.worker.removal import remove

# The zygotes and Python's fork server listen on sockets in folders of their own in
# there; a socket's path has 107 bytes, and ours takes up to 44 of them.
LONGEST_TEMPORARY_FOLDER = 63


def _has_no_zygotes() -> bool:
    return sys.platform != "linux"


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """How far workers must be confined, and with what.

    Attributes:
        accepted: the lowest tier that may grade.
        features: the mechanisms to use, None for all that the machine has.
        spawned: whether workers are spawned, unconfined, instead of forked from a
            zygote; so wherever the system is not Linux.
    """

    accepted: str = "standard"
    features: frozenset[str] | None = None
    spawned: bool = field(default_factory=_has_no_zygotes)

    def require_accepted(self) -> None:
        """Refuses workers that nothing confines unless the tier `none` is accepted.

        Raises:
            SandboxError: if they are spawned and were not accepted.
        """
        if self.spawned and self.accepted != "none":
            raise SandboxError(
                f"isolation: none on {sys.platform}; grading needs {self.accepted}:"
                " grade on Linux, in WSL or in a container,"
                " or practice with --accept-isolation none, which is not a grade"
            )


class Sandbox:
    """A private folder for one batch, with its submissions and workers."""

    def __init__(self, folder: Path, isolation: Isolation) -> None:
        self.folder = folder
        self.isolation = isolation
        self._zygotes = Zygotes(folder, isolation.features)

    @classmethod
    @contextmanager
    def create(cls, isolation: Isolation | None = None) -> Iterator[Sandbox]:
        """Makes a sandbox and removes it, with all that runs in it, at the end.

        Raises:
            SandboxError: if this system cannot confine student code, and must; if the
                folder for temporary files has too long a path.
        """
        isolation = isolation or Isolation()
        isolation.require_accepted()
        _require_short(tempfile.gettempdir())
        folder = Path(tempfile.mkdtemp(prefix="autograder-"))
        try:
            folder.chmod(0o711)  # a worker of another user reaches what it is named
            for name in ("scratch", "submissions"):
                (folder / name).mkdir(mode=0o711)
            sandbox = cls(folder, isolation)
            try:
                yield sandbox
            finally:
                sandbox.close()
        finally:
            remove(folder)

    def close(self) -> None:
        """Ends the zygotes that this process started, and so all their workers."""
        self._zygotes.close()

    def warm(self, profile: str) -> None:
        """Makes sure that a worker of `profile` can be had as fast as may be.

        Raises:
            SandboxError: if a zygote is needed and cannot be started.
        """
        if not self.isolation.spawned:
            self._zygotes.warm(profile)

    def fork(self, assignment: Assignment, part: str, submission: Path) -> Worker:
        """Starts a worker for one part of a submission, forked where that can be.

        Args:
            assignment: says the profile and the limits.
            part: the part to import.
            submission: folder of the submission's own files, below this sandbox.

        Raises:
            SandboxError: if no worker can be had.
        """
        scratch = Path(tempfile.mkdtemp(dir=self.folder / "scratch"))
        start = spawn if self.isolation.spawned else self._zygotes.fork
        return start(assignment, part, submission, scratch)


def try_confinement(
    features: frozenset[str] | None = None,
) -> list[tuple[str, bool, str]]:
    """Steps of confinement as they go on this machine: name, whether done, detail.

    Args:
        features: the mechanisms to use, None for all.

    Raises:
        SandboxError: if the trial itself fails.
    """
    chosen = None if features is None else sorted(features)
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        tried = subprocess.run(  # noqa: S603 - our own program, no shell
            [*PROGRAM, "trial", scratch, json.dumps(chosen)],
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


def _require_short(folder: str) -> None:
    length = len(os.fsencode(folder))
    if length > LONGEST_TEMPORARY_FOLDER:
        raise SandboxError(
            f"expected a folder for temporary files with a path of at most"
            f" {LONGEST_TEMPORARY_FOLDER} bytes, got {length}: {folder!r};"
            " set TMPDIR to a shorter one, such as /tmp"
        )
