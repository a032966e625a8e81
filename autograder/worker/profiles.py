"""Imports what a profile allows, and has it compute alike in every worker."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

PROFILES = {
    "torch": (
        "numpy",
        "torch",
        "torch.nn.functional",
        "torch.utils.data",
        # A worker's first checkpoint would import it, which takes a second each time.
        "torch._dynamo",
    ),
    "transformers": (
        "numpy",
        "torch",
        "torch.nn.functional",
        "torch.utils.data",
        "tokenizers",
        "datasets",
        "transformers",
        "transformers.trainer",
    ),
}


def load(profile: str) -> None:
    """Imports a profile's libraries, the probes and the server; computes a first time.

    Raises:
        ImportError: if something of it is not installed.
    """
    for module in PROFILES[profile]:
        import_module(module)
    probes = sys.modules["autograder.probes"].__path__
    for file in sorted(Path(probes[0]).glob("[a-z]*.py")):
        import_module(f"autograder.probes.{file.stem}")
    import_module("autograder.worker.server")
    _warm_up()


def _warm_up() -> None:
    import torch  # noqa: PLC0415 - imported with the profile

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    # Read before anything is locked: torch would silently take slower kernels, with
    # other roundings, once /proc/cpuinfo cannot be read.
    torch.backends.cpu.get_cpu_capability()
    ones = torch.ones(1, 4, 4)
    torch.nn.functional.conv1d(ones @ ones, ones)
