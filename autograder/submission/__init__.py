"""What a check holds: the submission and its probes, here or behind the border."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from autograder.model import Check

if TYPE_CHECKING:  # a transcript needs torch
    from autograder.submission.transcript import Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A part of a submission, ready to be called.

    Attributes:
        module: the part, or a stand-in that answers for it.
        probes: namespace of probe modules: `probes.<module>.<function>(...)`.
        output: what the part has printed so far, where that is captured here.
        peak_bytes: the most memory that it held; 0 before its end, or if not known.
        transcript: what was requested of it so far, where it answers from a worker.
    """

    module: Any
    probes: Any
    output: Callable[[], str] = str
    peak_bytes: Callable[[], int] = int
    transcript: Transcript | None = None


class Opener(Protocol):
    """Opens the part that a check is about, afresh for every check."""

    def open(self, check: Check) -> AbstractContextManager[Opened]:
        """Yields the part of `check`; what it started is gone afterwards."""
        ...
