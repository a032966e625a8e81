"""Notices when student code reaches, at run time, for what its assignment forbids.

`autograder.policy` reads what stands in the source in plain words.  A name that is put
together at run time shows only here: every import and every file that is opened is
heard of, and what is forbidden by name inside an allowed library is replaced by
functions that refuse.

Modules that come with Python are not listened for: everything imports them.
Student code runs in this very process, and code that knows how stays unheard: it takes
a loaded module out of `sys.modules` and calls what no name forbids, calls `torch.ops`,
works in a `DataLoader`'s process, or takes this apart.  So this names a deed and takes
a finished answer away; that nobody gains a point by a deed is not promised here.
"""

from __future__ import annotations

import builtins
import importlib
import os
import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from inspect import currentframe, getframeinfo
from pathlib import Path
from types import FrameType, FunctionType, ModuleType, SimpleNamespace
from typing import Any, NoReturn


def _files(*names: str) -> tuple[str, ...]:
    return tuple(os.sep + name.replace("/", os.sep) for name in names)


# What may stand between an import, or the opening of a source, and whoever wants it.
_IMPORTING = (
    *_files("importlib/__init__.py", "pkgutil.py", "pydoc.py", "runpy.py", "pickle.py"),
    *_files("unittest/mock.py", "concurrent/futures/thread.py", "threading.py"),
    *_files("transformers/utils/import_utils.py", "transformers/models/auto/"),
)
_READING = (
    *_files("inspect.py", "linecache.py", "tokenize.py", "pathlib.py", "pathlib/"),
    *_files("codecs.py", "pkgutil.py", "shutil.py", "threading.py"),
    *_files("concurrent/futures/thread.py"),
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
        if self._modules:
            self._listen()

    def _listen(self) -> None:
        """Hears of imports of what is loaded, of what is not, and of open files.

        No event and no finder tells of a module that is loaded; one that is not can be
        imported without calling either function.
        """
        for owner, name in ((builtins, "__import__"), (importlib, "import_module")):
            setattr(owner, name, self._heard(getattr(owner, name)))
        finder = SimpleNamespace(find_spec=lambda name, *_: self._hear_import(name))
        sys.meta_path.insert(0, finder)
        sys.addaudithook(self._hear)

    def _heard(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def import_(name: str, *args: Any, **kwargs: Any) -> Any:
            if not kwargs.get("level", args[3] if len(args) > 3 else 0):  # noqa: PLR2004 - `__import__`'s
                self._hear_import(name)
            return function(name, *args, **kwargs)

        return import_

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "import":
            self._hear_import(arguments[0])
        elif event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
            self._look("reads", self._owner(arguments[0]), _READING)

    def _hear_import(self, name: str) -> None:
        if type(name) is str:
            self._look("imports", name.partition(".")[0], _IMPORTING)

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
        # Code that was made at run time belongs to whoever runs it.
        between = (__file__, *between, "<")
        while frame is not None and any(
            part in frame.f_code.co_filename for part in between
        ):
            if frame.f_code is getframeinfo.__code__:
                return  # of whatever is on the stack, as `inspect.stack` shows it
            frame = frame.f_back
        # A thread that calls nothing but this was given it by student code.
        if frame is None or self._is_students(frame):
            self._note(deed, module, frame)
            raise ForbiddenError(f"this assignment asks you to do without {module}")

    def _owner(self, path: str | bytes | os.PathLike[Any]) -> str:
        """The forbidden module among whose files `path` is."""
        file = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - a text, and fast
        for folder, module in self._folders.items():
            if file.startswith(folder):
                return module
        return ""

    def _is_students(self, frame: FrameType) -> bool:
        file = frame.f_code.co_filename
        return file.startswith(self._own) and file not in self._given

    def _note(self, deed: str, name: str, frame: FrameType | None) -> None:
        while frame is not None and frame.f_code.co_filename != self._part:
            frame = frame.f_back
        line = frame.f_lineno if frame is not None else 0
        self.found = self.found or Reach(deed=deed, name=name, line=line)

    def _replace(self, name: str, owner: Any, thing: object) -> None:
        refuse = self._refusing(name)
        if isinstance(thing, type):
            for attribute, member in list(vars(thing).items()):
                special = attribute.startswith("__")
                is_function = isinstance(
                    member, FunctionType | classmethod | staticmethod
                )
                if is_function and (
                    not special or attribute in ("__init__", "__call__")
                ):
                    setattr(thing, attribute, refuse)
        elif callable(thing):
            attribute = name.rpartition(".")[2]
            for place in _places(name, owner):
                setattr(place, attribute, refuse)

    def _refusing(self, name: str) -> Callable[..., NoReturn]:
        def refuse(*_: Any, **__: Any) -> NoReturn:
            self._note("uses", name, currentframe())
            raise ForbiddenError(f"this assignment asks you to write {name} yourself")

        return refuse


def _found(name: str) -> tuple[object, object]:
    """What a name in full stands for, after its owner; None where it is not there."""
    module, *attributes = name.split(".")
    owner: object = None
    thing: object = importlib.import_module(module)
    for depth, attribute in enumerate(attributes):
        if isinstance(thing, ModuleType) and not hasattr(thing, attribute):
            try:
                importlib.import_module(".".join([module, *attributes[: depth + 1]]))
            except ImportError:  # not in this release of the library
                return None, None
        owner, thing = thing, getattr(thing, attribute, None)
    return owner, thing


def _places(name: str, owner: object) -> list[object]:
    """Where a function stands: its owner, and modules of its library by that name."""
    library, attribute = name.partition(".")[0], name.rpartition(".")[2]
    if not isinstance(owner, ModuleType):
        return [owner]
    return [
        module
        for found, module in list(sys.modules.items())
        if found.partition(".")[0] == library and attribute in vars(module)
    ]
