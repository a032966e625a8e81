"""One conversation with a worker: requests, deadlines, and a fate that stays.

After a timeout or a death every further request ends the same way, so that Hypothesis
neither retries nor shrinks it and the check, alone, bears the cost.
"""

from __future__ import annotations

import errno
import signal
import time
from dataclasses import replace
from itertools import count
from typing import Any

import torch

from autograder.catalog import Limits
from autograder.errors import SandboxError
from autograder.kit.failures import (
    Frame,
    Sentence,
    SubmissionForbidden,
    SubmissionLost,
    SubmissionRaised,
)
from autograder.submission.transcript import Exchange, Transcript
from autograder.supervision import Exit, Worker
from autograder.worker.confinement import Step, tier
from autograder.worker.wire import (
    REPLY_CAPS,
    Unsendable,
    WireError,
    decode,
    encode,
    make_ready,
    receive_frame,
    send_frame,
)

OUT_OF_MEMORY = "can't allocate memory"
"""How torch's allocator words it, in a RuntimeError."""
NO_THREAD = "can't start new thread"
"""How Python words it, in a RuntimeError."""


class Conversation:
    """Requests to one worker and what came of them.

    Attributes:
        tier: how far the worker is confined.
        gpu: the model of the GPU that it computes on; empty on the CPU.
        transcript: the requests that were answered, with their replies.
    """

    def __init__(self, worker: Worker, limits: Limits) -> None:
        self._worker = worker
        self._limits = limits
        self._numbers = count()
        self.gpu = ""
        self._lost: SubmissionLost | None = None
        self._seconds_left = limits.seconds
        make_ready(worker.conversation)
        self.transcript = Transcript()
        self.tier = self._hear_hello()

    def request(self, op: str, **what: Any) -> Any:
        """The value that the worker returns for one request.

        Raises:
            SubmissionRaised: student code raised, or returned what may not cross.
            SubmissionForbidden: the part reached for something forbidden, now or
                earlier.
            SubmissionLost: the worker hung or died, now or earlier.
            SandboxError: the request itself cannot be sent: our fault.
        """
        if self._lost is not None:
            raise self._lost
        number = next(self._numbers)
        try:
            message = encode({"id": number, "op": op, **what})
        except Unsendable as error:
            raise SandboxError(f"a check sends {error} at {error.path}") from error
        # Only the waiting counts: what the grader computes between two requests is
        # not the submission's time.
        started = time.monotonic()
        try:
            body = self._exchange(message, started + self._seconds_left)
            exchange = Exchange(op=op, request=b"".join(message), reply=bytes(body))
            return self._value(decode(body, REPLY_CAPS), number, exchange)
        except TimeoutError:
            said = "no answer: wall-clock limit of {seconds} s"
            seconds = f"{self._limits.seconds:g}"
            reason = Sentence(said, {"seconds": seconds})
            raise self._lose(SubmissionLost(reason, timed_out=True)) from None
        except OSError:
            raise self._died() from None
        except WireError:
            # Only student code can have written to the descriptor.
            said = "the process ended: the code wrote to the grader's channel"
            lost = SubmissionLost(Sentence(said), timed_out=False)
            raise self._lose(lost) from None
        finally:
            self._seconds_left -= time.monotonic() - started

    def _exchange(self, message: list[memoryview], deadline: float) -> bytearray:
        channel = self._worker.conversation
        send_frame(channel, message, deadline)
        body = receive_frame(channel, REPLY_CAPS, deadline)
        if body is None:
            raise self._died()
        return body

    def _value(self, reply: Any, number: int, exchange: Exchange) -> Any:
        match reply:
            case {"id": int(echo), "returned": value} if echo == number:
                self.transcript.note(exchange)
                return value
            case {
                "id": int(echo),
                "raised": {
                    "class": str(name),
                    "bases": list(bases),
                    "message": str(message),
                    "frames": list(frames),
                },
            } if echo == number:
                limit = _limit_that_raises(name, message, self._limits)
                if limit is not None:
                    raise self._lose(SubmissionLost(limit, timed_out=False))
                self.transcript.note(exchange)
                raise SubmissionRaised(
                    name,
                    message,
                    bases=tuple(base for base in bases if isinstance(base, str)),
                    frames=tuple(map(_frame, frames)),
                )
            case {
                "id": int(echo),
                "forbidden": {"deed": str(deed), "name": str(name), "line": int(line)},
            } if echo == number:
                raise self._lose(SubmissionForbidden(deed, name, line))
        raise WireError("a reply to no request")

    def _hear_hello(self) -> str:
        deadline = time.monotonic() + self._worker.start_seconds
        try:
            body = receive_frame(self._worker.conversation, deadline=deadline)
            hello: Any = decode(body) if body is not None else None
            steps = [Step(name=n, done=d, detail=t) for n, d, t in hello["steps"]]
            self._cpu_seconds_before = float(hello["cpu_seconds"])
            self.gpu = str(hello["device"])
        except (OSError, WireError, TypeError, ValueError, KeyError) as error:
            self._worker.end()
            said = self._worker.output.strip().splitlines()[-1:]
            raise SandboxError(f"a worker did not confine itself: {said}") from error
        expected = (torch.backends.cpu.get_cpu_capability(), 1)
        got = (hello["capability"], hello["threads"])
        if got != expected:
            self._worker.end()
            raise SandboxError(
                f"a worker computes by other kernels or threads: expected {expected},"
                f" got {got}"
            )
        return tier(steps)

    def _died(self) -> SubmissionLost:
        ended = self._worker.end(grace=1.0)
        cpu_seconds = ended.cpu_seconds - self._cpu_seconds_before
        ended = replace(ended, cpu_seconds=cpu_seconds)
        said, timed_out = reason(ended, self._limits)
        return self._lose(SubmissionLost(said, timed_out=timed_out))

    def _lose(self, lost: SubmissionLost) -> SubmissionLost:
        self._lost = lost
        self._worker.end()
        return lost


def _limit_that_raises(name: str, message: str, limits: Limits) -> Sentence | None:
    """The limit that an exception of student code tells of, if it tells of one."""
    if name == "MemoryError" or OUT_OF_MEMORY in message:
        return _memory(limits)
    if name == "OSError" and message.startswith(f"[Errno {errno.EFBIG}]"):
        return _file_size(limits)
    if NO_THREAD in message or (
        name == "BlockingIOError" and message.startswith(f"[Errno {errno.EAGAIN}]")
    ):
        return Sentence("the process ended: limit of processes and threads")
    return None


def _memory(limits: Limits) -> Sentence:
    said = "the process ended: memory limit of {mebibytes} MiB"
    return Sentence(said, {"mebibytes": str(limits.memory_bytes >> 20)})


def _file_size(limits: Limits) -> Sentence:
    said = "the process ended: file-size limit of {mebibytes} MiB"
    return Sentence(said, {"mebibytes": str(limits.file_bytes >> 20)})


def reason(ended: Exit, limits: Limits) -> tuple[Sentence, bool]:
    """Which limit or signal ended a worker, and whether it was one of time."""
    code = ended.status >> 8
    number = ended.status & 0x7F
    if not number:  # always, on Windows, which lacks the signals below
        said = "the process ended: the code ended it with exit status {status}"
        return Sentence(said, {"status": str(code)}), False
    if number == signal.SIGXCPU or (
        number == signal.SIGKILL and ended.cpu_seconds >= limits.cpu_seconds
    ):
        said = "no answer: CPU-time limit of {seconds} s"
        return Sentence(said, {"seconds": str(limits.cpu_seconds)}), True
    if number == signal.SIGXFSZ:
        return _file_size(limits), False
    try:
        name = signal.Signals(number).name
    except ValueError:  # the real-time signals have no names
        said = "the process ended: killed by signal {number}"
        return Sentence(said, {"number": str(number)}), False
    return Sentence("the process ended: killed by {signal}", {"signal": name}), False


def _frame(frame: Any) -> Frame:
    match frame:
        case [str(file), int(line), str(function)]:
            return Frame(file=file[:200], line=line, function=function[:200])
    raise WireError("a frame that is none")
