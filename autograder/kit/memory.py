"""Compares how much memory a computation took with how much it needs."""

from __future__ import annotations

from typing import Any

from autograder.kit.failures import CheckFailed, Sentence
from autograder.kit.structure import assert_type

KIBIBYTE = 1024


def assert_peak(actual: Any, *, most: int, chunk: int, whole: int, what: str) -> None:
    """Passes if a computation in chunks never held more than `most` bytes.

    Args:
        actual: the most bytes that it held at one time, as a probe measured it.
        most: how many it may hold.
        chunk: the bytes of one chunk.
        whole: the bytes of all chunks together.
        what: name of what was measured, in the student's words.

    Raises:
        CheckFailed: if it held more.
    """
    assert_type(actual, int, what)
    if actual > most:
        sizes = {"chunk": _size(chunk), "whole": _size(whole)}
        raise CheckFailed(
            "too much memory",
            what=what,
            expected=f"at most {_size(most)}",
            got=_size(actual),
            remark=Sentence("one chunk takes {chunk}, the whole {whole}", sizes),
        )


def _size(n_bytes: int) -> str:
    return f"{n_bytes / KIBIBYTE:.1f} KiB"
