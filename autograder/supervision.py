"""Watches one worker from the grader's side: what it prints and how it ends."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from autograder.errors import SandboxError
from autograder.worker.removal import remove

END_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How a worker ended: a wait status and what it used."""

    status: int
    cpu_seconds: float
    peak_bytes: int


class Process(Protocol):
    """The process of a worker, however it came to be."""

    @property
    def pid(self) -> int:
        """Its number on this machine."""
        ...

    def end(self, grace: float) -> Exit:
        """Waits for its end, kills it after `grace` seconds; asked only once.

        Raises:
            SandboxError: if nothing is heard of its end.
        """
        ...


@dataclass(kw_only=True)
class Worker:
    """One process beside student code.

    Attributes:
        conversation: where requests go and replies come from.
        process: what can be ended.
        printed: what it prints.
        scratch: the folder it may write in, where that is not in memory.
        start_seconds: how long it may take to say hello.
    """

    conversation: socket.socket
    process: Process
    printed: Output
    scratch: Path
    start_seconds: float
    _end: Exit | SandboxError | None = None

    def end(self, *, grace: float = 0.0) -> Exit:
        """Waits for the worker's end, kills it after `grace` seconds, and clears up.

        Raises:
            SandboxError: if nothing is heard of its end, now or earlier.
        """
        if self._end is None:
            self.conversation.close()
            try:
                self._end = self.process.end(grace)
            except SandboxError as error:
                self._end = error
            self.printed.close()
            remove(self.scratch)
        if isinstance(self._end, SandboxError):
            raise self._end
        return self._end

    @property
    def pid(self) -> int:
        """Its number on this machine."""
        return self.process.pid

    @property
    def output(self) -> str:
        """What student code printed so far, capped, without control characters."""
        return self.printed.text()

    @property
    def peak_bytes(self) -> int:
        """The most memory that it held; 0 before its end, or if that is not known."""
        return self._end.peak_bytes if isinstance(self._end, Exit) else 0


def watch(
    start: Callable[[socket.socket, int], Process],
    *,
    scratch: Path,
    output_bytes: int,
    start_seconds: float,
) -> Worker:
    """A worker that `start` starts, with both its channels made.

    Args:
        start: is handed the worker's ends: of the conversation, and of its output.
        scratch: the folder it may write in, removed at its end.
        output_bytes: how much is kept of what it prints.
        start_seconds: how long it may take to say hello.
    """
    with ExitStack() as failed:
        conversation, other = map(failed.enter_context, socket.socketpair())
        reading, writing = os.pipe()
        printed = Output(reading, output_bytes)
        failed.callback(printed.close)
        try:
            process = start(other, writing)
        finally:
            other.close()
            os.close(writing)
        failed.pop_all()
    return Worker(
        conversation=conversation,
        process=process,
        printed=printed,
        scratch=scratch,
        start_seconds=start_seconds,
    )


@dataclass
class Output:
    """Drains what a worker prints: keeps the first bytes and counts the rest."""

    descriptor: int
    most: int
    kept: bytearray = field(default_factory=bytearray)
    dropped: int = 0

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        # Closed here alone: its number is never another file's while this reads it.
        with open(self.descriptor, "rb", buffering=0) as end:  # noqa: PTH123 - no path
            while piece := end.read(1 << 16):
                room = self.most - len(self.kept)
                self.kept += piece[:room]
                self.dropped += len(piece) - min(len(piece), room)

    def close(self) -> None:
        """Waits for the end of the output: every process that held it is gone."""
        self._thread.join(END_SECONDS)

    def text(self) -> str:
        """The kept output as text that cannot move a cursor or hide a line."""
        text = bytes(self.kept).decode("utf-8", "backslashreplace")
        shown = "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)
        return shown + (f"\n[{self.dropped} more bytes]" if self.dropped else "")
