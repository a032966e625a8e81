"""Reach what lies in other files beside the part."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def named(neighbour: Any, name: str) -> Any:
    """Return what another file beside the part defines.

    Args:
        neighbour: A class or function of the part.
        name: The file's and the class's or function's name, such as "model.Llama".
    """
    file, _, attribute = name.partition(".")
    package = neighbour.__module__.rpartition(".")[0]
    return getattr(import_module(f"{package}.{file}"), attribute)
