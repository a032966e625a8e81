"""Fails a check because a call changed what is not its own."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from autograder.kit.compare import assert_parity
from autograder.kit.failures import CheckFailed
from autograder.kit.structure import assert_type, describe


def assert_unchanged(after: Any, before: Any, what: str = "the arguments") -> None:
    """Passes if a call left its arguments as they were.

    Args:
        after: the arguments as the call left them.
        before: the arguments as it was given them.
        what: name of the arguments in the student's words.

    Raises:
        CheckFailed: at the first difference, as an input that changed.
    """
    try:
        assert_parity(after, before, what)
    except CheckFailed as failed:
        found = failed.difference
        same = {f.name: getattr(found, f.name) for f in fields(found)}
        del same["kind"]
        raise CheckFailed("input changed", **same) from None


def assert_no_changes(names: Any) -> None:
    """Passes if a call changed no global state.

    Args:
        names: what the call changed, as `probes.state.changes` tells it.

    Raises:
        CheckFailed: if there is any.
    """
    what = "the global state"
    assert_type(names, list, what)
    if names:
        shown = [name if type(name) is str else describe(name) for name in names]
        raise CheckFailed(
            "global state changed",
            what=what,
            expected="no change",
            got=f"other values of {', '.join(shown)}",
        )
