"""Expects student code to raise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from autograder.kit.failures import CheckFailed, SubmissionRaised


@contextmanager
def raises(expected: type[Exception], what: str) -> Iterator[None]:
    """Passes if the block makes student code raise `expected` or a subclass of it.

    Works alike where the submission runs in this process and where it answers from a
    worker.  `NotImplementedError` passes through: an untouched stub is not an answer.

    Args:
        expected: the class of exception, a built-in one.
        what: what was asked of the submission, such as "an empty batch".

    Raises:
        CheckFailed: if nothing was raised, or something else.
    """
    try:
        yield
    except NotImplementedError:
        raise
    except SubmissionRaised as raised:
        if "NotImplementedError" in raised.bases:
            raise
        if expected.__name__ not in raised.bases:
            raise _other(expected, raised.class_name, what) from raised
    except expected:
        pass
    except Exception as error:
        raise _other(expected, type(error).__name__, what) from error
    else:
        raise CheckFailed(
            "no error", what=what, expected=f"a {expected.__name__}", got="no error"
        )


def _other(expected: type[Exception], got: str, what: str) -> CheckFailed:
    return CheckFailed(
        "wrong error", what=what, expected=f"a {expected.__name__}", got=f"a {got}"
    )
