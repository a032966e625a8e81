"""Call a function and tell what the calls did to what they were given and gave."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any


def arguments_after(function: Callable[..., Any], *arguments: Any) -> list[Any]:
    """Return copies of the arguments as a call with them leaves them."""
    copies = deepcopy(list(arguments))
    function(*copies)
    return copies


def one_after_another(function: Callable[[Any], Any], inputs: list[Any]) -> list[Any]:
    """Return the results of one call an input, all as they are after the last call."""
    return [function(each) for each in deepcopy(inputs)]
