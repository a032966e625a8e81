"""A student's own run: the part is their module, in this process."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from autograder.kit.failures import SubmissionRaised
from autograder.model import Check
from autograder.submission import Opened
from autograder.worker.loading import load_part


class LocalProbes:
    """The probe modules, imported when they are first named."""

    def __getattr__(self, name: str) -> SimpleNamespace:
        module = import_module(f"autograder.probes.{name}")
        return SimpleNamespace(**public_functions(module))


def public_functions(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions that `module` itself defines and does not keep private."""
    return {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and value.__module__ == module.__name__
        and not name.startswith("_")
    }


class InProcess:
    """Opens parts found below one folder in this process, so that a debugger works.

    Args:
        folder: of the parts.
        assignment: the id that the folder is imported as.
        given: files of the assignment's own that parts import.
    """

    def __init__(
        self, folder: Path, *, assignment: str, given: Collection[Path] = ()
    ) -> None:
        self._folder = folder
        self._assignment = assignment
        self._given = given

    @contextmanager
    def open(self, check: Check) -> Iterator[Opened]:
        """Yields the module of the check's part, freshly imported."""
        module = load_part(
            self._folder,
            package=self._assignment,
            part=check.part,
            given=self._given,
        )
        if not hasattr(module, "__getattr__"):
            module.__getattr__ = _missing_name(check.part)  # type: ignore[method-assign] # PEP 562
        yield Opened(module=module, probes=LocalProbes())


class MissingName(SubmissionRaised, AttributeError):  # noqa: N818 - as its base
    """A name that the part should define and does not."""


def missing_name(part: str, name: str) -> MissingName:
    """The error for a part that does not define `name`."""
    text = f"{part}.py does not define {name!r}"
    return MissingName("AttributeError", text, bases=("AttributeError", "Exception"))


def _missing_name(part: str) -> Callable[[str], Any]:
    def getattr_(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise missing_name(part, name)

    return getattr_
