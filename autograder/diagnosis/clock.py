"""Bounds the time that looking for causes takes."""

from __future__ import annotations

import time


class OutOfTime(Exception):  # noqa: N818 - an event: no cause is named then
    """Looking any longer costs more than a cause is worth."""


class Clock:
    """Counts down what this process computes.

    Not what it waits, which other limits bound: whether a cause is named should not
    depend on what else the machine does.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.process_time() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left; negative when it is over."""
        return self._end - time.process_time()

    def check(self) -> None:
        """Passes while there is time.

        Raises:
            OutOfTime: when there is none left.
        """
        if self.left <= 0:
            raise OutOfTime
