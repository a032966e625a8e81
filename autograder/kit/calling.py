"""Calls what a submission defines, whatever it turns out to be."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from autograder.kit.compare import describe
from autograder.kit.failures import CheckFailed


def call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What `function` answers to copies of the positional arguments.

    Copies, because a call over the border makes them too: a submission that changes
    its inputs fails the check that is about that, here as there.

    Raises:
        CheckFailed: if `function` is nothing to call.
    """
    if not callable(function):
        raise CheckFailed(
            "wrong type",
            what="what should be called",
            expected="a function or an object with __call__",
            got=describe(function),
        )
    return function(*deepcopy(args), **kwargs)
