"""Says how Hypothesis draws the inputs of checks: reproducibly and without memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

EXAMPLES = 30
"""Inputs that a property is tried on; changing it changes every draw."""


def load_profile() -> None:
    """Makes the settings of checks the ones in force."""
    from hypothesis import HealthCheck, Phase, settings  # noqa: PLC0415 - 0.2 s

    settings.register_profile(
        "autograder",
        database=None,
        deadline=None,
        derandomize=True,
        max_examples=EXAMPLES,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        print_blob=False,
        report_multiple_bugs=False,
        # One worker serves all examples of a check on purpose, and a slow submission
        # is judged by its limits.
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
        ],
    )
    settings.load_profile("autograder")


def set_seed(function: Callable[..., Any], value: int) -> bool:
    """Lets `function` draw what `value` says and nothing else, if it is a property."""
    from hypothesis import is_hypothesis_test, seed  # noqa: PLC0415 - 0.2 s

    is_property = is_hypothesis_test(function)
    if is_property:
        seed(value)(function)
    return is_property
