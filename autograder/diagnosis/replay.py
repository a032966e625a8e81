"""Asks our own code, in the grader's process, what a submission was asked.

The code is the reference or the reference with known mistakes in it, so it is ours and
needs no confinement; but a mistake may hang or leave global state behind, and neither
may reach what this process grades next.
"""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from autograder.diagnosis.restoring import restored
from autograder.submission.transcript import Exchange, handles_in, outcome_of
from autograder.worker.executor import Executor
from autograder.worker.wire import Handle, mapped

PACKAGE = "replayed"
LONGEST_SECONDS = 5.0
"""How long one piece of code may compute over one transcript."""
HANG_SECONDS = 60.0
"""How long it may take at all, however busy the machine is."""
NOT_REPLAYED = ("loading", "mapping", "training")
"""Probe modules that start processes, or take seconds."""


class Unknown:
    """What came of a request that cannot be repeated."""


class Code:
    """One version of an assignment's parts, to be asked again and again.

    Args:
        sources: the parts, by name.
        part: the one to ask.
        folder: where to put them; made when they are first asked.
    """

    def __init__(self, sources: dict[str, bytes], *, part: str, folder: Path) -> None:
        self._sources = sources
        self._part = part
        self._folder = folder

    def outcomes(self, exchanges: Iterable[tuple[Exchange, Any]]) -> Iterator[Any]:
        """What each request comes to here, one after the other, in a fresh module.

        Args:
            exchanges: requests, each with the outcome that the submission gave it.
        """
        executor = self._executor()
        ours: dict[Handle, Handle] = {}
        for exchange, theirs in exchanges:
            what = exchange.what
            if what.get("module") in NOT_REPLAYED or handles_in(what) - ours.keys():
                yield Unknown()
                continue
            request = mapped(what, lambda v: ours[v] if type(v) is Handle else v)
            reply = executor.answer({"id": 0, "op": exchange.op, **request})
            outcome = outcome_of(bytearray().join(reply))
            ours.update(_pairs(theirs, outcome))
            yield outcome

    def load(self) -> None:
        """Import the part once, and with it the libraries that it needs."""
        with restored(PACKAGE):
            self._executor().answer({"id": 0, "op": "import"})

    def _executor(self) -> Executor:
        if not self._folder.is_dir():
            self._folder.mkdir()
            for name, source in self._sources.items():
                (self._folder / f"{name}.py").write_bytes(source)
        return Executor(self._folder, PACKAGE, self._part)


def _pairs(theirs: Any, ours: Any) -> Iterator[tuple[Handle, Handle]]:
    """The handles that stand at the same places of two outcomes."""
    if type(theirs) is not type(ours):
        return
    match theirs:
        case Handle():
            yield theirs, ours
        case list() | tuple():
            for one, other in zip(theirs, ours, strict=False):
                yield from _pairs(one, other)
        case dict():
            for key in theirs.keys() & ours.keys():
                yield from _pairs(theirs[key], ours[key])


@contextmanager
def contained() -> Iterator[None]:
    """Ends what takes too long, and leaves global state as it was."""
    with (
        _alarm(signal.SIGPROF, signal.ITIMER_PROF, LONGEST_SECONDS),
        _alarm(signal.SIGALRM, signal.ITIMER_REAL, HANG_SECONDS),
        restored(PACKAGE),
    ):
        yield


@contextmanager
def _alarm(number: signal.Signals, timer: int, seconds: float) -> Iterator[None]:
    def end(_: int, __: FrameType | None) -> None:
        raise TimeoutError(f"a replay takes longer than {seconds:g} s")

    before = signal.signal(number, end)
    signal.setitimer(timer, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(number, before)
