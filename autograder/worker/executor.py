"""Answers requests about one part, one reply to each request.

The same code answers beside student code and where a conversation is replayed, so that
equal parts give equal replies.  Messages are dicts on the wire:

    {"id", "op": "import"}
    {"id", "op": "get", "target", "name"}
    {"id", "op": "call", "target", "args", "kwargs"}
    {"id", "op": "probe", "module", "name", "args", "kwargs"}

A target is a handle, or None for the part itself.  A reply is
`{"id", "returned": value}` or `{"id", "raised": {...}}`; the server has one more.
"""

from __future__ import annotations

import builtins
import inspect
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

from autograder.worker.loading import load_part
from autograder.worker.placement import Placement
from autograder.worker.wire import (
    REPLY_CAPS,
    Handle,
    Unsendable,
    encode,
    mapped,
    type_name,
)

LONGEST_MESSAGE = 2000
MOST_FRAMES = 20


class Executor:
    """Holds the part and the objects that stay here, and answers requests.

    Args:
        folder: where the part lies.
        package: name of the package that the folder becomes.
        part: the part to import when that is requested.
        placement: where it computes; on the CPU unless said.
    """

    def __init__(
        self,
        folder: Path,
        package: str,
        part: str,
        placement: Placement | None = None,
    ) -> None:
        self._folder = folder
        self._package = package
        self._part = part
        self._placement = placement or Placement()
        self._module: Any = None
        self._objects: list[Any] = []

    def answer(self, request: dict[str, Any]) -> list[memoryview]:
        """The body of the reply to `request`."""
        try:
            returned = self._perform(request)
            reply = {"id": request["id"], "returned": self._sendable(returned)}
            return encode(reply, REPLY_CAPS)
        except Unsendable as error:
            path = error.path.removeprefix("['returned']")
            where = f" at {path}" if path else ""
            text = f"returned {error}{where}"
            # Without bases: nothing was raised, so no check may expect it.
            raised = {"class": "TypeError", "bases": []}
            raised |= {"message": text, "frames": []}
        except BaseException as error:  # noqa: BLE001 - whatever student code raises
            raised = self._describe(error)
        return encode({"id": request["id"], "raised": raised})

    def _perform(self, request: dict[str, Any]) -> Any:
        match request["op"]:
            case "import":
                self._module = load_part(
                    self._folder, package=self._package, part=self._part
                )
                return None
            case "get":
                found = getattr(self._target(request["target"]), request["name"])
                return found if _is_data(found) else self._keep(found)
            case "call":
                function = self._target(request["target"])
            case _:
                module = import_module(f"autograder.probes.{request['module']}")
                function = getattr(module, request["name"])
        given = mapped([request["args"], request["kwargs"]], self._object)
        args, kwargs = given
        result = function(*args, **kwargs)
        self._placement.require_there(given, result)
        return result

    def _target(self, handle: Handle | None) -> Any:
        return self._module if handle is None else self._objects[handle.id]

    def _object(self, value: Any) -> Any:
        """What a handle refers to; another value is itself, where the part computes."""
        if type(value) is Handle:
            return self._target(value)
        return self._placement.place(value)

    def _keep(self, value: Any) -> Handle:
        self._objects.append(self._placement.place(value))
        return Handle(id=len(self._objects) - 1, type_name=type_name(value))

    def _sendable(self, value: Any, depth: int = 0) -> Any:
        """`value` with instances of the submission's own classes turned to handles."""
        if depth > 4:  # noqa: PLR2004 - deeper down only data is expected
            return value
        if type(value) in (list, tuple):
            return type(value)(
                # Rows of ids are long, and a call for each takes longest of all.
                item if type(item) in (int, float) else self._sendable(item, depth + 1)
                for item in value
            )
        if type(value) is dict:
            return {key: self._sendable(item, depth + 1) for key, item in value.items()}
        return self._keep(value) if self._is_own(value) else value

    def _is_own(self, value: Any) -> bool:
        home = getattr(type(value), "__module__", None)
        own = type(home) is str and home.split(".")[0] == self._package
        return own or inspect.isfunction(value) or inspect.isclass(value)

    def _describe(self, error: BaseException) -> dict[str, Any]:
        bases = [
            name
            for cls in type(error).__mro__
            if vars(builtins).get(name := cls.__name__) is cls
        ]
        frames = [
            [Path(frame.filename).name, frame.lineno or 0, frame.name]
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).is_relative_to(self._folder)
        ]
        return {
            "class": type_name(error),
            "bases": bases,
            "message": _text(error),
            "frames": frames[-MOST_FRAMES:],
        }


def _is_data(value: Any) -> bool:
    try:
        encode(value, REPLY_CAPS)
    except Unsendable:
        return False
    return True


def _text(error: BaseException) -> str:
    try:
        text = str(error)[:LONGEST_MESSAGE]
        return text.encode("utf-8", "backslashreplace").decode()
    except BaseException:  # noqa: BLE001 - a text that student code computes may raise
        return ""
