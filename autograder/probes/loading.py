"""Put a collator into a real DataLoader, with worker processes or without."""

from __future__ import annotations

import multiprocessing
import warnings
from collections.abc import Callable
from copy import deepcopy
from multiprocessing.reduction import ForkingPickler
from typing import Any

from torch.utils.data import DataLoader


def batches(
    collate: Callable[[list[Any]], Any],
    rows: list[Any],
    batch_size: int,
    workers: int = 0,
) -> list[Any]:
    """Return the batches that a DataLoader gives of copies of the rows, in order.

    Workers are forked; on a system that cannot fork, this process loads.
    """
    can_fork = "fork" in multiprocessing.get_all_start_methods()
    workers = workers if can_fork else 0
    with warnings.catch_warnings():
        # It is for users, that the machine has few cores or this process has threads.
        warnings.simplefilter("ignore")
        loader: DataLoader[Any] = DataLoader(
            deepcopy(rows),  # type: ignore[arg-type]  # a list is a data set: it has items
            batch_size=batch_size,
            collate_fn=collate,
            num_workers=workers,
            multiprocessing_context="fork" if workers else None,
        )
        return list(loader)


def pickled_size(value: Any) -> int:
    """Return how many bytes `value` has on its way to a worker started afresh.

    Raises:
        Exception: What pickling raises where `value` cannot be sent.
    """
    return len(ForkingPickler.dumps(value))
