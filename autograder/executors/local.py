"""Grades with a pool of processes on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from autograder.batch import grade_batch
from autograder.catalog import Release
from autograder.executors import Executor, Reports
from autograder.intake import Work
from autograder.official import run_checks
from autograder.sandbox import Isolation, Sandbox


class LocalExecutor(Executor):
    """A sandbox of this machine, and graders over it."""

    def __init__(
        self, isolation: Isolation, *, release: Release, jobs: int, repeat: int = 1
    ) -> None:
        self._release = release
        self._jobs = jobs
        self._repeat = repeat
        self._opened = ExitStack()
        self._sandbox = self._opened.enter_context(Sandbox.create(isolation))

    def map(self, works: Sequence[Work]) -> Reports:
        """Yields a report for each piece of work as it is done, in any order."""
        return grade_batch(
            works,
            sandbox=self._sandbox,
            release=self._release,
            run_checks=run_checks,
            jobs=self._jobs,
            repeat=self._repeat,
        )

    def shutdown(self) -> None:
        """Ends the zygotes and removes the sandbox's folder."""
        self._opened.close()
