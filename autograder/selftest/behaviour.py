"""What a behaviour is: code beside the border, what must come of it, its control."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograder.submission.conversation import Conversation
from autograder.supervision import Worker


class Ending(StrEnum):
    """How a request to a worker may end."""

    RETURNED = "returned"
    RAISED = "raised"
    TIMED_OUT = "timed out"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came of a request.

    Attributes:
        value: what was returned.
        names: class of what was raised, and its built-in bases.
        text: what was raised says, or the reason why the worker was lost.
    """

    ending: Ending
    value: Any = None
    names: tuple[str, ...] = ()
    text: str = ""

    def __str__(self) -> str:
        said = self.text
        if self.ending is Ending.RETURNED:
            said = repr(self.value)
        elif self.ending is Ending.RAISED:
            said = f"{self.names[0]}: {self.text}"
        return f"{self.ending} {textwrap.shorten(said, 160, placeholder='...')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must come of a request.

    Attributes:
        value: what it returns, to the last bit; a function computes it here.
        names: it raises one of these, or what descends from one that is built in.
        text: part of what it raises or of the reason.
    """

    ending: Ending
    value: Any = None
    names: tuple[str, ...] = ()
    text: str = ""

    def is_met_by(self, came: Came) -> bool:
        """Whether `came` is what must come."""
        if came.ending is not self.ending or self.text not in came.text:
            return False
        if self.ending is Ending.RAISED:
            return not set(self.names).isdisjoint(came.names)
        if self.ending is Ending.RETURNED:
            wanted = self.value() if callable(self.value) else self.value
            return same_bits(wanted, came.value)
        return True

    def __str__(self) -> str:
        if self.ending is Ending.RETURNED:
            said = "the grader's value" if callable(self.value) else repr(self.value)
            return f"{self.ending} {said}"
        names = f" {' or '.join(self.names)}" if self.names else ""
        text = f" with {self.text!r}" if self.text else ""
        return f"{self.ending}{names}{text}"


def returned(value: Any) -> Expected:
    """It returns a value, or what a function returns here."""
    return Expected(ending=Ending.RETURNED, value=value)


TRUE = returned(value=True)
FALSE = returned(value=False)


def raised(*names: str, text: str = "") -> Expected:
    """It raises an exception of one of the names."""
    return Expected(ending=Ending.RAISED, names=names, text=text)


def timed_out(text: str) -> Expected:
    """A limit of time ends the worker."""
    return Expected(ending=Ending.TIMED_OUT, text=text)


def crashed(text: str) -> Expected:
    """The worker dies or is ended."""
    return Expected(ending=Ending.CRASHED, text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the grader holds when the request has ended."""

    came: Came
    worker: Worker
    conversation: Conversation
    folder: Path
    """The sandbox's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One promise about workers.

    Student code is given by the bodies of functions of `world`, a dict that names what
    lies around it (`autograder.selftest.bench`).

    Attributes:
        name: the promise as a sentence.
        act: body of the function that is called.
        expected: what must come of it.
        control: body that returns True in the same confinement; empty where the act
            itself must return True without any.
        is_honest: whether the act is honest work, and so its own control.
        tier: the lowest one that promises it.
        before: code of the module before the function.
        earlier: body that runs first, in a worker of its own, with the same limits.
        after: says what is wrong once the request has ended, or nothing.
        processes: how many student code may start.
        seconds: limit of the clock; ample, but where it is what must end the act.
        cpu_seconds: limit of the processor, in the same way.
    """

    name: str
    act: str
    expected: Expected
    control: str = ""
    is_honest: bool = False
    tier: str = "none"
    before: str = ""
    earlier: str = ""
    after: Callable[[Seen], str] | None = field(default=None, repr=False)
    processes: int = 0
    seconds: float = 30.0
    cpu_seconds: int = 20


def module(body: str, *, before: str = "") -> str:
    """Source of a part whose function `act` has that body."""
    text = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    return f"{textwrap.dedent(before).strip()}\n\n\ndef act(world):\n{text}\n"


def same_bits(expected: Any, actual: Any) -> bool:
    """Whether two values are of one type and equal to the last bit."""
    if type(expected) is not type(actual):
        return False
    match expected:
        case torch.Tensor():
            like = (expected.dtype, expected.shape) == (actual.dtype, actual.shape)
            return bool(like and torch.equal(_bytes(expected), _bytes(actual)))
        case np.ndarray():
            like = (expected.dtype, expected.shape) == (actual.dtype, actual.shape)
            return bool(like and expected.tobytes() == actual.tobytes())
        case float():
            return bool(expected.hex() == actual.hex())
        case list() | tuple():
            equal_length = len(expected) == len(actual)
            return equal_length and all(map(same_bits, expected, actual))
    return bool(expected == actual)


def _bytes(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().contiguous().reshape(-1).view(torch.uint8)
