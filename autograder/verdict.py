"""Turns what ended a check into a verdict: the one place where verdicts are made."""

from __future__ import annotations

from pathlib import Path

from autograder.catalog import Assignment
from autograder.explanation import explain
from autograder.kit.failures import (
    CheckFailed,
    SubmissionForbidden,
    SubmissionLost,
    SubmissionRaised,
)
from autograder.model import Check, Finding, Verdict


def verdict_of(error: BaseException, *, assignment: str, official: bool) -> Verdict:
    """The verdict on a check that `error` ended.

    Args:
        error: what the check raised.
        assignment: id of the assignment, which an untouched stub names.
        official: whether student code ran behind the border.  There, an exception
            that did not come over the border is ours; in a student's own run it is
            theirs, for nothing else runs there.
    """
    if _is_stub(error, assignment):
        return Verdict.NOT_ATTEMPTED
    match error:
        case SubmissionLost():
            return _verdict_of_loss(error)
        case SubmissionRaised():
            return Verdict.RAISED
        case CheckFailed():
            return Verdict.FAILED
        case AssertionError() if _is_plain_assert(error):
            return Verdict.FAILED
        case _:
            return Verdict.GRADER_ERROR if official else Verdict.RAISED


def _verdict_of_loss(lost: SubmissionLost) -> Verdict:
    if isinstance(lost, SubmissionForbidden):
        return Verdict.POLICY
    return Verdict.TIMED_OUT if lost.timed_out else Verdict.CRASHED


def conclude(
    error: BaseException,
    check: Check,
    *,
    assignment: Assignment,
    official: bool,
    folder: Path | None = None,
    seconds: float = 0.0,
) -> Finding:
    """What a check that `error` ended came to, with the words for its student."""
    error = _first_end(error)
    verdict = verdict_of(error, assignment=assignment.id, official=official)
    message = explain(verdict, error, check, assignment=assignment, folder=folder)
    return Finding(verdict=verdict, message=message, seconds=seconds)


def _first_end(error: BaseException) -> BaseException:
    """What a check ended in at first, where student code answers now so, now so.

    Hypothesis raises a group of all the ends that one input came to.
    """
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _is_stub(error: BaseException, assignment: str) -> bool:
    match error:
        case SubmissionRaised(class_name="NotImplementedError"):
            message = error.message
        case NotImplementedError():
            message = str(error)
        case _:
            return False
    return message.startswith(f"{assignment}: implement ")


def _is_plain_assert(error: AssertionError) -> bool:
    """Whether a check's own `assert` raised it, not an assert in a library."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return False
    return Path(traceback.tb_frame.f_code.co_filename).name.startswith("test_")
