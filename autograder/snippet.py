"""Writes the last call of a transcript as Python that a student can paste and run."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import count
from keyword import iskeyword
from typing import Any

import numpy as np
import torch

from autograder.model import Finding, Verdict
from autograder.submission.transcript import Exchange, Transcript
from autograder.worker.wire import Handle

MOST_NUMBERS = 64
"""In one tensor; more are nothing that a student would read."""
MOST_CHARACTERS = 2000
MOST_BYTES = 64 << 10
"""Of all requests together, before a word of them is written."""
WIDTH = 88


class _Unwritable(Exception):  # noqa: N818 - an event: there is no snippet then
    """A value is too large to be written down, or stands inside an answer."""


def with_snippet(finding: Finding, transcript: Transcript, **names: str) -> Finding:
    """`finding` with a message that shows the last call, if a wrong one ended it."""
    if finding.message is None or finding.verdict not in (
        Verdict.FAILED,
        Verdict.RAISED,
    ):
        return finding
    message = replace(finding.message, snippet=snippet(transcript, **names))
    return replace(finding, message=message)


def snippet(transcript: Transcript, *, assignment: str, part: str) -> str:
    """Python that makes the last call again and prints what comes of it.

    It runs as it is from the root of a student's repository.  Empty, where the last
    call was a probe's or is too large to be read.
    """
    calls = transcript.last_call()
    if not calls or calls[-1].op != "call" or any(c.op == "probe" for c in calls):
        return ""
    if sum(len(exchange.request) for exchange in calls) > MOST_BYTES:
        return ""
    writer = _Writer()
    try:
        for exchange in calls[:-1]:
            writer.write(exchange)
        last = writer.call(calls[-1].what)
    except _Unwritable:
        return ""
    home = f"assignments.{assignment}.{part}"
    imports = [f"import {library}" for library in sorted(writer.libraries)]
    imports += [f"from {home} import {name}" for name in sorted(writer.names)]
    code = "\n".join([*_sorted(imports), "", *writer.lines, f"print({last})", ""])
    return code if len(code) <= MOST_CHARACTERS else ""


def _sorted(imports: list[str]) -> list[str]:
    ours = [line for line in imports if line.startswith("from")]
    libraries = [line for line in imports if not line.startswith("from")]
    return [*libraries, "", *ours] if libraries and ours else [*libraries, *ours]


class _Writer:
    """Turns requests into lines and remembers which name stands for which object."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: set[str] = set()
        self.libraries: set[str] = set()
        self._objects: dict[Handle, str] = {}

    def write(self, exchange: Exchange) -> None:
        """Adds what one request made, under a name if it is an object that stays."""
        made = exchange.outcome
        if exchange.op == "get":
            name = self._attribute(exchange.what)
            if type(made) is Handle:
                self._objects[made] = name
        elif exchange.op == "call" and type(made) is Handle:
            name = self._new_name(made.type_name)
            self.lines.append(f"{name} = {self.call(exchange.what)}")
            self._objects[made] = name
        else:
            # The object stands somewhere inside the answer.
            raise _Unwritable

    def call(self, what: dict[str, Any]) -> str:
        """A call as an expression."""
        function = self._name_of(what["target"])
        arguments = [self._literal(value) for value in what["args"]]
        arguments += [f"{k}={self._literal(v)}" for k, v in what["kwargs"].items()]
        return f"{function}({', '.join(arguments)})"

    def _attribute(self, what: dict[str, Any]) -> str:
        name: str = what["name"]
        if what["target"] is None:
            self.names.add(name)
            return name
        return f"{self._name_of(what['target'])}.{name}"

    def _name_of(self, handle: Handle) -> str:
        if handle not in self._objects:  # a worker may have made it up
            raise _Unwritable
        return self._objects[handle]

    def _new_name(self, type_name: str) -> str:
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type_name).lower()
        taken = {*self._objects.values(), *self.names, "torch", "np", "print"}
        if name in taken or iskeyword(name):
            name = next(n for k in count(2) if (n := f"{name}_{k}") not in taken)
        return name

    def _literal(self, value: Any, indent: str = "    ") -> str:
        match value:
            case Handle():
                return self._name_of(value)
            case torch.Tensor():
                return self._tensor(value)
            case np.ndarray():
                return self._array(value)
            case dict() | list() | tuple():
                return self._display(value, indent)
            case float() if not math.isfinite(value):
                return f'float("{value}")'
        return repr(value)

    def _display(self, value: Any, indent: str) -> str:
        deeper = indent + "    "
        if type(value) is dict:
            items = [
                f"{self._literal(key)}: {self._literal(item, deeper)}"
                for key, item in value.items()
            ]
            return _enclosed("{", items, "}", indent)
        items = [self._literal(item, deeper) for item in value]
        if type(value) is list:
            return _enclosed("[", items, "]", indent)
        return _enclosed("(", items, ",)" if len(items) == 1 else ")", indent)

    def _tensor(self, value: torch.Tensor) -> str:
        self.libraries.add("torch")
        if value.numel() > MOST_NUMBERS:
            raise _Unwritable
        if not value.numel():
            return f"torch.empty({tuple(value.shape)}, dtype={value.dtype})"
        return f"torch.tensor({self._literal(value.tolist())}, dtype={value.dtype})"

    def _array(self, value: np.ndarray[Any, Any]) -> str:
        self.libraries.add("numpy as np")
        if value.size > MOST_NUMBERS:
            raise _Unwritable
        dtype = "bool" if value.dtype == bool else f"np.{value.dtype}"
        if not value.size:
            return f"np.empty({value.shape}, dtype={dtype})"
        return f"np.array({self._literal(value.tolist())}, dtype={dtype})"


def _enclosed(opening: str, items: list[str], closing: str, indent: str) -> str:
    """A display of `items`, on one line each where they do not fit on one."""
    flat = f"{opening}{', '.join(items)}{closing}"
    if "\n" not in flat and len(indent) + len(flat) <= WIDTH:
        return flat
    inner = "".join(f"\n{indent}{item}," for item in items)
    return f"{opening}{inner}\n{indent[:-4]}{closing[-1]}"
