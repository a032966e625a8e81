"""Watches one worker from the grader's side: what it prints and how it ends."""

from __future__ import annotations

import json
import os
import select
import shutil
import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import SandboxError

END_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How a worker ended: a wait status and what it used."""

    status: int
    cpu_seconds: float
    peak_bytes: int


@dataclass(kw_only=True)
class Worker:
    """One process beside student code.

    Attributes:
        conversation: where requests go and replies come from.
        pid: of the worker, whose parent is the zygote.
        control: the zygote's connection for this worker.
        printed: what it prints.
        scratch: the folder it may write in, where that is not in memory.
    """

    conversation: socket.socket
    pid: int
    control: socket.socket
    printed: Output
    scratch: Path
    _end: Exit | SandboxError | None = None

    def end(self, *, grace: float = 0.0) -> Exit:
        """Waits for the worker's end, kills it after `grace` seconds, and clears up.

        Raises:
            SandboxError: if nothing is heard of its end, now or earlier.
        """
        if self._end is None:
            self.conversation.close()
            try:
                self._end = self._hear_of_end(grace)
            except SandboxError as error:
                self._end = error
            self.control.close()
            self.printed.close()
            shutil.rmtree(self.scratch, ignore_errors=True)
        if isinstance(self._end, SandboxError):
            raise self._end
        return self._end

    @property
    def output(self) -> str:
        """What student code printed so far, capped, without control characters."""
        return self.printed.text()

    def _hear_of_end(self, grace: float) -> Exit:
        message = b""
        try:
            if not select.select([self.control], [], [], grace)[0]:
                self.control.send(b"kill")
            self.control.settimeout(END_SECONDS)
            message = self.control.recv(4096)
        except TimeoutError:
            raise SandboxError(f"worker {self.pid} could not be ended") from None
        except OSError:
            pass
        if not message:
            raise SandboxError(f"the zygote of worker {self.pid} died")
        return Exit(**json.loads(message))


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
        while piece := os.read(self.descriptor, 1 << 16):
            room = self.most - len(self.kept)
            self.kept += piece[:room]
            self.dropped += len(piece) - min(len(piece), room)

    def close(self) -> None:
        """Waits for the end of the output: every process that held it is gone."""
        self._thread.join(END_SECONDS)
        os.close(self.descriptor)

    def text(self) -> str:
        """The kept output as text that cannot move a cursor or hide a line."""
        text = bytes(self.kept).decode("utf-8", "backslashreplace")
        shown = "".join(c if c.isprintable() or c in "\n\t" else "�" for c in text)
        return shown + (f"\n[{self.dropped} more bytes]" if self.dropped else "")
