"""Keeps what a run's tasks share with whoever submitted them: one file a report.

A report is there whole or not at all, under the digest of its work; nothing else says
that a work is done.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from autograder.errors import UsageError
from autograder.model import Report
from autograder.report import from_json, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Who began to grade a work.

    Attributes:
        name: the work, as `assignment/submission`.
        task: the task, as Slurm calls it: `12_0`.
        node: the machine.
        slot: the accelerators that the task was given; empty for none.
    """

    name: str
    task: str
    node: str
    slot: str


class Place:
    """A run's folder; no student code can read it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("chunks", "reports", "begun", "logs"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    @classmethod
    def create(cls, folder: Path) -> Place:
        """The place in `folder`, which is made for its owner alone."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        return cls(folder)

    @property
    def logs(self) -> Path:
        """What the tasks print, and what submitit keeps of them."""
        return self.folder / "logs"

    def add_chunk(self, text: str) -> Path:
        """Keeps a new chunk's text."""
        file = self.folder / "chunks" / f"{uuid4().hex}.json"
        _write(file, text)
        return file

    def has(self, digest: str) -> bool:
        """Whether the report on a work is there."""
        return self._report(digest).is_file()

    def done(self) -> set[str]:
        """Digests of all works whose reports are there."""
        return _names(self.folder / "reports")

    def add(self, digest: str, report: Report) -> None:
        """Keeps a report; a second one on the same work takes its place."""
        _write(self._report(digest), to_json(report))

    def report(self, digest: str) -> Report | None:
        """The report on a work, if it is there; one that cannot be read is removed."""
        file = self._report(digest)
        try:
            return from_json(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (UsageError, UnicodeDecodeError):  # a disk failed
            file.unlink(missing_ok=True)
            return None

    def begin(self, digest: str, begun: Begun) -> None:
        """Says that a work is being graded, for those who watch."""
        _write(self.folder / "begun" / f"{digest}.json", json.dumps(asdict(begun)))

    def begun(self, digests: Iterable[str]) -> Iterator[Begun]:
        """Who began which of these works, the last one of each; some were killed."""
        for digest in _names(self.folder / "begun").intersection(digests):
            file = self.folder / "begun" / f"{digest}.json"
            yield Begun(**json.loads(file.read_text(encoding="utf-8")))

    @property
    def job(self) -> str:
        """The job array that was submitted last, if any; one gradebook has one."""
        try:
            return self._job.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def note_job(self, job: str) -> None:
        """Remembers a job array; an empty name says that there is none any more."""
        _write(self._job, job)

    @property
    def _job(self) -> Path:
        return self.folder.parent / "job"  # another run of the gradebook ends it, too

    def _report(self, digest: str) -> Path:
        return self.folder / "reports" / f"{digest}.json"


def _names(folder: Path) -> set[str]:
    """The digests that a folder has files of, by one look at it."""
    return {file.stem for file in folder.glob("*.json")}


def _write(file: Path, text: str) -> None:
    """Writes `text` whole or not at all, also if the machine is lost."""
    new = file.with_name(f".{file.name}.{uuid4().hex}.new")
    with new.open("w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    new.replace(file)
