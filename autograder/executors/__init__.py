"""Where works are graded: local processes, or the tasks of a cluster.

One interface over both, as `concurrent.futures` has one: an executor maps works to
reports, and leaving its context ends what still runs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Sequence
from typing import Self, TypeAlias

from autograder.intake import Work
from autograder.model import Report

Reports: TypeAlias = Generator[Report, None, None]
"""Reports as they come; whoever closes this early ends what it began."""


class Executor(ABC):
    """Grades works, as many at a time as it was made for."""

    @abstractmethod
    def map(self, works: Sequence[Work]) -> Reports:
        """Yields a report for each piece of work as it is done, in any order."""

    def running(self) -> Sequence[str] | None:
        """What is being graded, as `assignment/submission`.

        None where works are taken in order, so that the first ones left are running.
        """
        return None

    @abstractmethod
    def shutdown(self) -> None:
        """Ends what still runs, and removes what nobody needs afterwards."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
