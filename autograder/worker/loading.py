"""Loads one part of a submission as a module of a package of its own."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType


def load_part(folder: Path, *, package: str, part: str) -> ModuleType:
    """Imports `folder/part.py` afresh as `package.part`.

    The folder becomes the package `package`, so parts import each other relatively,
    and pickling finds their classes by name.

    Raises:
        ModuleNotFoundError: if there is no such file.
        BaseException: whatever the module raises while it is imported.
    """
    file = folder / f"{part}.py"
    if not file.is_file():
        raise ModuleNotFoundError(f"there is no file {file.name}", name=part)
    for name in [name for name in sys.modules if name.startswith(f"{package}.")]:
        del sys.modules[name]
    parent = ModuleType(package)
    parent.__path__ = [str(folder)]
    sys.modules[package] = parent
    spec = spec_from_file_location(f"{package}.{part}", file)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"{file.name} cannot be loaded", name=part)
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    setattr(parent, part, module)
    return module
