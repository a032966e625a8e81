"""Call a function on a folder of files, which cross the border as bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torch import Tensor


def call(
    function: Callable[..., Any], files: dict[str, Tensor], *, as_text: bool = False
) -> Any:
    """Return what a function gives of a folder, which is gone afterwards.

    Args:
        function: Takes the path of a folder.
        files: What is in it: the bytes of each file, `uint8`, by its name.
        as_text: Whether the path is a `str`, and not a `Path`.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in files.items():
            (folder / file).write_bytes(content.cpu().numpy().tobytes())
        return function(name if as_text else folder)
