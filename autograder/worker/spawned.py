"""Serves one part in a process of its own, where no zygote could fork one.

The order is JSON on standard input: profile, assignment, part, folder, the limits, and
the conversation as a descriptor or, on Windows, as what `socket.share` gave.
Nothing confines this process but the limits that its system has.
"""

from __future__ import annotations

import base64
import io
import json
import math
import os
import socket
import sys
from typing import Any, NoReturn

from autograder.worker import limits, profiles
from autograder.worker.confinement import FEATURES, Step
from autograder.worker.wire import make_ready

_CPU_GRACE_SECONDS = 1


def main() -> NoReturn:
    """Prepares, serves until the conversation ends, and ends the process."""
    order = json.load(sys.stdin.buffer)
    conversation = _taken(order["conversation"])
    make_ready(conversation)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                encoding="utf-8", errors="backslashreplace", line_buffering=True
            )
    profiles.load(order["profile"])
    from autograder.worker.server import serve  # noqa: PLC0415 - with the profile

    serve(conversation, order, _steps(order))
    sys.stdout.flush()
    os._exit(0)


def _taken(passed: str) -> socket.socket:
    if sys.platform == "win32":  # pragma: no cover - Windows
        return socket.fromshare(base64.b64decode(passed))
    conversation = socket.socket(fileno=int(passed))
    conversation.set_inheritable(False)
    return conversation


def _steps(order: dict[str, Any]) -> list[Step]:
    """Sets the limits; no mechanism of confinement is in force."""
    here = sys.platform
    reason = "switched off" if here == "linux" else f"not on {here}"
    steps = [Step(name=name, done=False, detail=reason) for name in sorted(FEATURES)]
    # The imports were long, and are not the submission's.
    seconds = order["cpu_seconds"] + math.ceil(sum(os.times()[:2]))
    asked = {"core": 0, "cpu": seconds, "fsize": order["file_bytes"]}
    for name, value in asked.items():
        grace = _CPU_GRACE_SECONDS if name == "cpu" else 0
        try:
            done, detail = True, limits.limit(name, value, grace=grace)
        except OSError as error:
            done, detail = False, str(error)
        steps.append(Step(name=f"limit {name}", done=done, detail=detail))
    return steps
