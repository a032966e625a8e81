"""Tell which global state a call changes."""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import torch

READERS: dict[str, Callable[[], Any]] = {
    "torch's default dtype": torch.get_default_dtype,
    "torch's default device": torch.get_default_device,
    "torch's random numbers": lambda: torch.get_rng_state().tolist(),
    "torch's number of threads": torch.get_num_threads,
    "torch's gradient mode": torch.is_grad_enabled,
    "torch's deterministic mode": torch.are_deterministic_algorithms_enabled,
    "numpy's random numbers": lambda: str(np.random.get_state(legacy=False)),  # noqa: NPY002 - the global one is what is watched
    "Python's random numbers": random.getstate,
    "the working folder": Path.cwd,
}


def changes(function: Callable[..., Any], *arguments: Any) -> list[str]:
    """Return the names of what a call with copies of the arguments changes."""
    copies = deepcopy(arguments)
    # Else seeding again with an earlier call's seed would go unseen.
    torch.rand(1)
    np.random.random()  # noqa: NPY002 - the global one is what is watched
    random.random()  # noqa: S311 - the same
    before = {name: read() for name, read in READERS.items()}
    function(*copies)
    return [name for name, read in READERS.items() if read() != before[name]]
