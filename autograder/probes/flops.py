"""Count the floating-point operations of calls, as torch's own counter does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch.utils.flop_counter import FlopCounterMode


def counted(function: Callable[..., Any], calls: list[list[Any]]) -> list[int]:
    """Return how many operations each call of a function takes, one after another.

    Matrix products count, by whichever name they are called; element-wise work counts
    nothing, and neither does torch's fused attention on a CPU.

    Args:
        function: What to call.
        calls: The arguments of each call; a value in several of them is one object.
    """
    counts = []
    for arguments in calls:
        with FlopCounterMode(display=False) as counter:
            function(*arguments)
        counts.append(counter.get_total_flops())
    return counts
