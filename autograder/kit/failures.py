"""What a check may end in besides passing.

Three kinds for three readers: `CheckFailed` says that the submission answered wrongly,
`SubmissionRaised` that its code raised on the far side of the border, and
`SubmissionLost` that it does not answer any more.
"""

from __future__ import annotations

from dataclasses import dataclass


class CheckFailed(AssertionError):  # noqa: N818 - an event, not an error of ours
    """The submission answered, and the answer is wrong.

    Attributes:
        kind: what is wrong in two or three words, such as "wrong values".
        what: which value it is, such as "batch['labels']".
        expected: the oracle's value, as short text.
        got: the submission's value, as short text.
        detail: one more line: how many values differ and where.
    """

    def __init__(
        self, kind: str, *, what: str, expected: str, got: str, detail: str = ""
    ) -> None:
        self.kind = kind
        self.what = what
        self.expected = expected
        self.got = got
        self.detail = detail
        super().__init__(f"{kind}: {what}: expected {expected}, got {got}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One line of the student's own code in a traceback."""

    file: str
    line: int
    function: str


class SubmissionRaised(Exception):  # noqa: N818 - an event, not an error of ours
    """Student code raised, or returned what may not cross the border.

    Attributes:
        class_name: name of the exception's class.
        bases: names of the built-in exception classes that it descends from.
        message: text of the exception; hostile, capped, never shown for hidden checks.
        frames: the student's own frames, outermost first.
    """

    def __init__(
        self,
        class_name: str,
        message: str,
        *,
        bases: tuple[str, ...] = (),
        frames: tuple[Frame, ...] = (),
    ) -> None:
        self.class_name = class_name
        self.bases = bases
        self.message = message
        self.frames = frames
        super().__init__(f"{class_name}: {message}" if message else class_name)


class SubmissionLost(BaseException):
    """The worker will not answer again: it hung, died or was ended.

    A `BaseException`, so that Hypothesis neither retries nor shrinks it and no check
    takes it for an answer.

    Attributes:
        timed_out: whether a limit of time ended it, else it died.
        reason: which limit or signal, such as "wall-clock limit of 30 s".
    """

    def __init__(self, reason: str, *, timed_out: bool) -> None:
        self.timed_out = timed_out
        self.reason = reason
        super().__init__(reason)
