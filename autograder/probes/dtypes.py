"""Call a function with a dtype, which crosses the border by its name alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


def call(function: Callable[..., Any], *arguments: Any, dtype: str) -> Any:
    """Return what a function gives that takes a dtype as its last argument.

    Args:
        function: What to call.
        arguments: The arguments before the dtype.
        dtype: Its name in torch, such as "bfloat16".
    """
    return function(*arguments, getattr(torch, dtype))
