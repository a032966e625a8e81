"""Examines this machine: versions, how far confinement gets, accelerators."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograder import __version__

DISTRIBUTIONS = ("torch", "transformers", "datasets", "hypothesis", "pytest")
OPTIONAL = ("otter-grader", "libcst", "rich")


def examine() -> Iterator[tuple[str, str]]:
    """What there is, as pairs of a name and a finding."""
    yield "autograder", __version__
    yield "python", f"{platform.python_version()} on {platform.platform()}"
    for name in (*DISTRIBUTIONS, *OPTIONAL):
        yield name, _version(name)
    yield "cores", str(os.cpu_count())
    yield from _isolation()
    yield "nvidia driver", _driver()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        extra = " (pip install -e '.[grading]')" if name in OPTIONAL else ""
        return f"not installed{extra}"


def _isolation() -> Iterator[tuple[str, str]]:
    if sys.platform != "linux":
        yield "isolation", f"none on {sys.platform}: practice only, no grading"
        return
    from autograder.isolation import summary, try_steps  # noqa: PLC0415 - Linux only
    from autograder.worker.confinement import tier  # noqa: PLC0415 - the same

    steps = try_steps()
    yield "isolation", f"{tier(steps)}: {summary(steps)}"
    for step in steps:
        if not step.done:
            yield f"  {step.name}", f"not here: {step.detail}"


def _driver() -> str:
    file = Path("/proc/driver/nvidia/version")
    return file.read_text().splitlines()[0] if file.exists() else "none"
