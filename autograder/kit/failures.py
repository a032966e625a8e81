"""What a check may end in besides passing.

Four kinds for four readers: `CheckFailed` says that the submission answered wrongly,
`SubmissionRaised` that its code raised on the far side of the border,
`SubmissionForbidden` that it does there what it must not, and `SubmissionLost` that it
does not answer any more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence for a student, still to be put into their language.

    Attributes:
        template: the English sentence, with names in braces for the values.
        values: what stands for the names.
    """

    template: str
    values: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Which places along one axis of a tensor are right and which are wrong.

    Attributes:
        axis: what a place is, in the singular: "position", "head", "row".
        right: places whose values all agree.
        wrong: places where some value does not.
    """

    axis: str
    right: tuple[int, ...]
    wrong: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first difference between an answer and the oracle's: data for a message.

    Attributes:
        kind: what is wrong in two or three words, such as "wrong values".
        what: which value it is, such as "batch['labels'][0, 3]".
        expected: the oracle's value, as short text.
        got: the submission's value, as short text.
        n_wrong: how many values differ, of `n_values`; None where there is one.
        n_values: how many values were compared.
        largest_error: of the values that differ, where they are compared by size.
        allowed: how large it may be.
        places: the right and the wrong places, along the axes that tell them apart.
        remark: one sentence more, such as "the same sizes in another order".
        in_full: the whole of the expected and of the submission's value, where short.
    """

    kind: str
    what: str
    expected: str
    got: str
    n_wrong: int | None = None
    n_values: int | None = None
    largest_error: float | None = None
    allowed: float | None = None
    places: tuple[Places, ...] = ()
    remark: Sentence | None = None
    in_full: tuple[str, str] | None = None


class CheckFailed(AssertionError):  # noqa: N818 - an event, not an error of ours
    """The submission answered, and the answer is wrong.

    Attributes:
        difference: what is wrong, as data.
    """

    def __init__(
        self, kind: str, *, what: str, expected: str, got: str, **more: Any
    ) -> None:
        self.difference = Difference(
            kind=kind, what=what, expected=expected, got=got, **more
        )
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
        reason: which limit or signal, such as "no answer: CPU-time limit of 30 s".
    """

    def __init__(self, reason: Sentence, *, timed_out: bool) -> None:
        self.timed_out = timed_out
        self.reason = reason
        super().__init__(str(reason))


class SubmissionForbidden(SubmissionLost):
    """The part reached, while it ran, for something that its assignment forbids.

    Attributes:
        deed: "imports", "reads" or "uses".
        name: the module or name; a claim of the worker's, like the line.
        line: of the part, 0 where that is not known.
    """

    def __init__(self, deed: str, name: str, line: int) -> None:
        self.deed = deed
        self.name = name
        self.line = line
        said = "{place} uses {name}, which this assignment asks you to write yourself"
        values = {"place": "the part", "name": name}
        super().__init__(Sentence(said, values), timed_out=False)
