"""What a student should know of one check: data, in no language and for no medium.

`autograder.explanation` makes it, `autograder.wording` shows it.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograder.cause import Cause
from autograder.kit.failures import Difference, Frame, Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One text in the two languages of the course."""

    en: str
    zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one check came to.  Of a hidden check it holds what may be told, no more.

    Attributes:
        headline: what happened, such as "wrong values".
        part: the part that it happened to; empty where it is nobody's.
        where: the student's own file and line, such as "collator.py:41".
        inputs: the smallest failing input, one text an argument.
        difference: what is wrong with an answer.
        says: the text of an exception or of an assertion.
        frames: the student's own lines that an exception passed, the last one first.
        cause: what explains the failure.
        searched: whether known mistakes were tried, so that none is said to match.
        lesson: the sentence that the check stands for.
        hints: what the student asked for besides.
        again: the command that runs this check alone.
        snippet: Python that calls the student's code with the failing input.
    """

    headline: Sentence
    part: str = ""
    where: str = ""
    inputs: tuple[str, ...] = ()
    difference: Difference | None = None
    says: tuple[str, ...] = ()
    frames: tuple[Frame, ...] = ()
    cause: Cause | None = None
    searched: bool = False
    lesson: Words | None = None
    hints: tuple[Words, ...] = ()
    again: str = ""
    snippet: str = ""


def plain(template: str, **values: str) -> Message:
    """A message that is one sentence."""
    return Message(headline=Sentence(template, values))
