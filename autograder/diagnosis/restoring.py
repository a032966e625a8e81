"""Gives back the global state that replayed code changes."""

from __future__ import annotations

import os
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograder.worker.loading import modules_of


def _be_deterministic(wanted: bool) -> None:  # noqa: FBT001 - as torch's own
    if torch.are_deterministic_algorithms_enabled() is not wanted:
        torch.use_deterministic_algorithms(wanted)  # imports for a second


STATE: tuple[tuple[Callable[[], Any], Callable[[Any], Any]], ...] = (
    (random.getstate, random.setstate),
    (np.random.get_state, np.random.set_state),
    (torch.get_default_dtype, torch.set_default_dtype),
    (torch.get_num_threads, torch.set_num_threads),
    (torch.is_grad_enabled, torch.set_grad_enabled),
    (torch.are_deterministic_algorithms_enabled, _be_deterministic),
    (torch.get_rng_state, torch.set_rng_state),
    (Path.cwd, os.chdir),
)
"""What can be read and put back."""


@contextmanager
def restored(package: str) -> Iterator[None]:
    """Lets the block change global state and the modules of `package`; undoes both.

    What it prints is nobody's.
    """
    modules = modules_of(package)
    before = [read() for read, _ in STATE]
    try:
        with (
            warnings.catch_warnings(),
            Path(os.devnull).open("w", encoding="utf-8") as nowhere,
            redirect_stdout(nowhere),  # a Trainer prints its losses
            redirect_stderr(nowhere),
        ):
            warnings.simplefilter("ignore")
            torch.set_grad_enabled(True)
            yield
    finally:
        for (_, put_back), value in zip(STATE, before, strict=True):
            put_back(value)
        for name in modules_of(package):
            del sys.modules[name]
        sys.modules.update(modules)
