"""Put a function into a real `Dataset.map` over a data set on the disk.

The data set lies in a temporary folder, and so do its caches; nothing stays behind.
A function with `func` and `keywords`, as `functools.partial` has, is mapped as users
would: the function itself, with `fn_kwargs`.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def columns(
    function: Callable[..., Any],
    given: dict[str, list[Any]],
    batch_size: int,
    processes: int | None = None,
) -> dict[str, list[Any]]:
    """Return the columns that a batched map gives, without those that were given.

    Processes are forked; where that is not usual, this process does all.
    """
    processes = processes if sys.platform == "linux" else None
    with _data_set(given) as (data_set, _):
        mapped = data_set.map(
            **_split(function),
            batched=True,
            batch_size=batch_size,
            num_proc=processes,
            remove_columns=list(given),
        )
        return dict(mapped.to_dict())


def cache_files(
    function: Callable[..., Any], given: dict[str, list[Any]], times: int
) -> int:
    """Return how many caches equal maps leave: 1, if each but the first finds one."""
    with _data_set(given) as (data_set, folder):
        for _ in range(times):
            data_set.map(**_split(function), batched=True, remove_columns=list(given))
        return len(list(folder.glob("cache-*.arrow")))


def _split(function: Callable[..., Any]) -> dict[str, Any]:
    return {
        "function": getattr(function, "func", function),
        "fn_kwargs": getattr(function, "keywords", None),
    }


@contextmanager
def _data_set(given: dict[str, list[Any]]) -> Iterator[tuple[Any, Path]]:
    """Yield a data set on the disk and its folder; print nothing meanwhile."""
    import datasets  # noqa: PLC0415 - not in every profile

    shows = not datasets.are_progress_bars_disabled()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # It is for users, that this process has threads.
        warnings.simplefilter("ignore")
        datasets.disable_progress_bars()
        try:
            path = Path(folder, "rows")
            datasets.Dataset.from_dict(given).save_to_disk(path)
            yield datasets.load_from_disk(path), path
        finally:
            if shows:
                datasets.enable_progress_bars()
