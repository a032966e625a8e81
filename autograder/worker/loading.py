"""Loads one part of a submission as a module of a package of its own."""

from __future__ import annotations

import sys
from collections.abc import Collection
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType


def load_part(
    folder: Path, *, package: str, part: str, given: Collection[Path] = ()
) -> ModuleType:
    """Imports `folder/part.py` afresh as `package.part`.

    The folder becomes the package `package`, so parts import each other relatively,
    and pickling finds their classes by name.

    Args:
        folder: of the parts.
        package: what the folder is imported as.
        part: the module to import.
        given: files that stand in the package before files of the folder of that name.

    Raises:
        ModuleNotFoundError: if there is no such file.
        BaseException: whatever the module raises while it is imported.
    """
    file = folder / f"{part}.py"
    if not file.is_file():
        raise ModuleNotFoundError(f"there is no file {file.name}", name=part)
    for name in modules_of(package):
        del sys.modules[name]
    parent = ModuleType(package)
    parent.__path__ = [str(folder)]
    sys.modules[package] = parent
    for other in given:
        _import(other, parent)
    return _import(file, parent)


def modules_of(package: str) -> dict[str, ModuleType]:
    """A package that `load_part` made and what was imported of it, by full name."""
    parent = sys.modules.get(package)
    if parent is None:
        return {}
    # By what the package holds: there are thousands of other modules to look through.
    names = (f"{package}.{name}" for name in list(vars(parent)))
    return {
        name: sys.modules[name] for name in (package, *names) if name in sys.modules
    }


def _import(file: Path, parent: ModuleType) -> ModuleType:
    spec = spec_from_file_location(f"{parent.__name__}.{file.stem}", file)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"{file.name} cannot be loaded", name=file.stem)
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    setattr(parent, file.stem, module)
    spec.loader.exec_module(module)
    return module
