"""Grades on a cluster: job arrays over chunks, and reports that come back as files.

What counts is the file of a report; how a task ended is only a hint.  What has no file
when no task is left is submitted again, as long as that gives reports, and then each
work by itself, which shows which one ends its task.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.batch import our_fault
from autograder.errors import ClusterError
from autograder.executors import Executor, Reports, programs
from autograder.executors.array import submit
from autograder.executors.chunk import Chunk, Terms, by_digest, to_json
from autograder.executors.place import Place
from autograder.intake import Work
from autograder.model import Report

LOOK_SECONDS = 1.0
"""Between two looks at the files."""
ASK_SECONDS = (2.0, 30.0)
"""Between two questions to the controller: first, and at most."""


class SlurmExecutor(Executor):
    """The tasks of one run on a cluster."""

    def __init__(
        self, folder: Path, terms: Terms, *, options: Mapping[str, str], jobs: int
    ) -> None:
        programs.require_slurm()
        self._place = Place.create(folder.resolve())
        self._terms = terms
        self._options = options
        self._jobs = jobs
        self._running: tuple[str, ...] = ()

    def map(self, works: Sequence[Work]) -> Reports:
        """Yields a report for each piece of work as it is done, in any order.

        Raises:
            UsageError: if Slurm refuses what was asked of it.
            ClusterError: if no task gave any report.
        """
        left = by_digest(works, self._terms)
        count = len(left)
        self.shutdown()  # an earlier process was killed, and its tasks went on
        yield from self._come(left)
        is_alone = False
        while left:
            before = len(left)
            yield from self._graded(left, before if is_alone else self._jobs)
            if is_alone:
                break
            # As long as reports come it goes on: a node was lost, or the time was over.
            is_alone = len(left) == before
        if left and len(left) == count:
            raise ClusterError(f"no task gave any of {count} reports{self._last_words}")
        for work in left.values():
            died = f"its task on the cluster died, also alone{self._last_words}"
            yield our_fault(work, died, self._terms.catalog.release)

    def running(self) -> Sequence[str]:
        """What tasks that still run have begun and not finished."""
        return self._running

    def shutdown(self) -> None:
        """Cancels the job array; reports that are there stay."""
        job = self._place.job
        if job and programs.cancel(job):
            self._place.note_job("")

    def _graded(self, left: dict[str, Work], tasks: int) -> Iterator[Report]:
        """Submits what is left, and yields what comes until no task is there."""
        chunks = [
            to_json(Chunk(folder=self._place.folder, terms=self._terms, works=works))
            for works in _dealt(left, tasks)
        ]
        job = submit(
            [self._place.add_chunk(chunk) for chunk in chunks],
            logs=self._place.logs,
            options=self._options,
            at_a_time=self._jobs,
        )
        self._place.note_job(job)
        for there in _watched(job):
            self._running = tuple(
                begun.name for begun in self._place.begun(left) if begun.task in there
            )
            yield from self._come(left)
            if not left:
                break
        self._place.note_job("")

    def _come(self, left: dict[str, Work]) -> Iterator[Report]:
        """Takes out of `left` what has a report by now."""
        done = self._place.done()
        for key in [key for key in left if key in done]:
            if report := self._place.report(key):
                del left[key]
                yield report

    @property
    def _last_words(self) -> str:
        """What the task that said something last said last, and where all of it is."""
        logs = [file for file in self._place.logs.glob("*.err") if file.stat().st_size]
        if not logs:
            return f"; nothing is in {self._place.logs}"
        file = max(logs, key=lambda log: log.stat().st_mtime)
        *_, line = file.read_text(encoding="utf-8", errors="replace").splitlines()
        return f"; {file} ends with: {line}"


def _dealt(works: Mapping[str, Work], tasks: int) -> list[dict[str, Work]]:
    """Works dealt like cards, so that each task gets some of every assignment."""
    items = list(works.items())
    return [dict(items[first::tasks]) for first in range(min(tasks, len(items)))]


def _watched(job: str) -> Iterator[frozenset[str]]:
    """Yields the tasks that are there, until there are none; files are the truth.

    A controller that does not answer is asked again: reports come without it.
    """
    began = asked = time.monotonic()
    there = frozenset((job,))
    while there:
        time.sleep(LOOK_SECONDS)
        now = time.monotonic()
        least, most = ASK_SECONDS
        # As rarely as a long job allows: a controller serves everybody.
        if now - asked > min(most, max(least, (now - began) / 10)):
            answer = programs.tasks_of(job)
            there = there if answer is None else answer
            asked = now
        yield there
