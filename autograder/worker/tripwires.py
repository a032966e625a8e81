"""Notices when student code reaches, at run time, for what its assignment forbids.

`autograder.policy` reads what stands in the source in plain words.  A name that is put
together at run time shows only here: a hook, which Python cannot take out again, and a
finder hear of every import and of every file that is opened, and what is forbidden by
name inside an allowed library is replaced by functions that refuse.

Student code runs in this very process, and code that knows how can be silent about what
it does.  So this names a deed and takes a finished answer away; that nobody gains a
point by it is not promised here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from importlib import import_module
from inspect import currentframe
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any, NoReturn

# What stands between an import, or the opening of a source, and whoever wants it.
_IMPORTING = (
    "<frozen importlib",
    *(f"{os.sep}{name}.py" for name in ("pkgutil", "pydoc", "runpy", "pickle")),
    f"{os.sep}importlib{os.sep}__init__.py",
    f"{os.sep}transformers{os.sep}utils{os.sep}import_utils.py",
)
_READING = tuple(
    f"{os.sep}{name}.py" for name in ("inspect", "linecache", "tokenize", "pathlib")
)


class ForbiddenError(ImportError):
    """What student code gets that reaches for something forbidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What student code reached for, first.

    Attributes:
        deed: "imports", "reads" or "uses".
        name: the module or the name, as the assignment forbids it.
        line: of the part that did it, 0 where it was done elsewhere.
    """

    deed: str
    name: str
    line: int


class Tripwires:
    """Watches one part in this process, from `set_up` on.

    Args:
        part: the file of the part.
        given: files beside it that are ours.
        modules: top-level modules that the part must not import.
        names: names inside other libraries that it must not use.

    Attributes:
        found: what the part reached for, None so far.
    """

    def __init__(
        self,
        part: Path,
        *,
        given: Collection[Path] = (),
        modules: Collection[str] = (),
        names: Iterable[str] = (),
    ) -> None:
        self.found: Reach | None = None
        self._part = str(part)
        self._own = f"{part.parent}{os.sep}"
        self._given = {str(file) for file in given}
        # What comes with Python is imported by all, for purposes of their own.
        self._modules = set(modules) - sys.stdlib_module_names
        self._names = tuple(names)
        self._folders = {
            os.path.join(entry, module, ""): module  # noqa: PTH118 - a prefix of texts
            for entry in sys.path
            for module in self._modules
        }

    def set_up(self) -> None:
        """Replaces what is forbidden by name, and listens from now on."""
        found = [(name, *_found(name)) for name in self._names]
        for name, owner, thing in found:
            self._replace(name, owner, thing)
        if not self._modules:
            return
        sys.meta_path.insert(0, self)
        sys.addaudithook(self._hear)

    def find_spec(self, name: str, *_: object) -> None:
        """Hears of an import, as the first finder that is asked; finds nothing."""
        self._look("imports", name.partition(".")[0], _IMPORTING)

    def _replace(self, name: str, owner: Any, thing: object) -> None:
        refuse = self._refusing(name)
        if isinstance(thing, type):
            for attribute, member in list(vars(thing).items()):
                is_own = attribute == "__init__" or not attribute.startswith("__")
                kinds = (FunctionType, classmethod, staticmethod)
                if is_own and isinstance(member, kinds):
                    setattr(thing, attribute, refuse)
        elif callable(thing):
            setattr(owner, name.rpartition(".")[2], refuse)

    def _refusing(self, name: str) -> Callable[..., NoReturn]:
        def refuse(*_: Any, **__: Any) -> NoReturn:
            self._note("uses", name, currentframe())
            raise ForbiddenError(f"this assignment asks you to write {name} yourself")

        return refuse

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        # `importlib.import_module` raises no event; a list of finders can be emptied.
        if event == "import":
            self._look("imports", arguments[0].partition(".")[0], _IMPORTING)
        elif event == "open" and isinstance(arguments[0], str):
            self._look("reads", self._owner(arguments[0]), _READING)

    def _look(self, deed: str, module: str, between: tuple[str, ...]) -> None:
        """Notes a deed if the part itself does it, and not a library for its own ends.

        Args:
            deed: what is done.
            module: to which module.
            between: files that stand between the deed and whoever wants it.
        """
        if module not in self._modules:
            return
        frame = currentframe()
        while frame is not None and any(
            part in frame.f_code.co_filename for part in (__file__, *between)
        ):
            frame = frame.f_back
        if frame is not None and self._is_students(frame):
            self._note(deed, module, frame)
            raise ForbiddenError(f"this assignment asks you to do without {module}")

    def _owner(self, path: str) -> str:
        """The forbidden module among whose files `path` is."""
        for folder, module in self._folders.items():
            if path.startswith(folder):
                return module
        return ""

    def _is_students(self, frame: FrameType) -> bool:
        file = frame.f_code.co_filename
        if file.startswith("<") and not file.startswith("<frozen"):
            return True  # made at run time, which nothing of ours does
        return file.startswith(self._own) and file not in self._given

    def _note(self, deed: str, name: str, frame: FrameType | None) -> None:
        while frame is not None and frame.f_code.co_filename != self._part:
            frame = frame.f_back
        line = frame.f_lineno if frame is not None else 0
        self.found = self.found or Reach(deed=deed, name=name, line=line)


def _found(name: str) -> tuple[object, object]:
    """What a name in full stands for, after its owner; None where it is not there."""
    module, *attributes = name.split(".")
    owner: object = None
    thing: object = import_module(module)
    for depth, attribute in enumerate(attributes):
        if isinstance(thing, ModuleType) and not hasattr(thing, attribute):
            try:
                import_module(".".join([module, *attributes[: depth + 1]]))
            except ImportError:  # not in this release of the library
                return None, None
        owner, thing = thing, getattr(thing, attribute, None)
    return owner, thing
