"""Says how far this machine confines student code, and refuses to grade below that."""

from __future__ import annotations

import sys

from autograder.errors import SandboxError
from autograder.sandbox import Isolation, try_confinement
from autograder.worker.confinement import TIERS, Step, tier

SHOWN = ("namespaces", "root", "uid", "landlock", "seccomp")
"""Steps whose presence tells tiers apart."""
PRACTICE = "practice only: not a grade"


def try_steps(features: frozenset[str] | None = None) -> list[Step]:
    """The steps of confinement as they go on this machine."""
    return [Step(name=n, done=d, detail=t) for n, d, t in try_confinement(features)]


def require(isolation: Isolation) -> str:
    """One line that says what confinement reaches here, and whether that may grade.

    Raises:
        SandboxError: if that is below `isolation.accepted`.
    """
    isolation.require_accepted()
    if isolation.spawned:
        return f"isolation: none on {sys.platform}  {PRACTICE}"
    steps = try_steps(isolation.features)
    reached = tier(steps)
    line = f"isolation: {reached}  {summary(steps)}"
    if TIERS.index(reached) < TIERS.index(isolation.accepted):
        raise SandboxError(
            f"{line}; grading needs {isolation.accepted},"
            f" or --accept-isolation {reached}, which every report will say"
        )
    return f"{line} · {PRACTICE}" if reached == "none" else line


def summary(steps: list[Step]) -> str:
    """The mechanisms in force, and those that are not with the reason."""
    found = {step.name: step for step in steps}
    done = [name for name in SHOWN if name in found and found[name].done]
    missing = [
        f"no {name} ({found[name].detail})"
        for name in SHOWN
        if name in found and not found[name].done
    ]
    return " · ".join([*done, "limits", *missing])
