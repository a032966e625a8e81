"""Serves the grader's requests beside student code.

The first message from here is the hello: how the process was confined, before any
student code ran.  After it every request is answered, the first of which is to import
the part.  Once the part has reached for something forbidden, that is every answer.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from autograder.worker.confinement import Step
from autograder.worker.executor import Executor
from autograder.worker.placement import Placement, open_device
from autograder.worker.tripwires import Tripwires
from autograder.worker.wire import decode, encode, receive_frame, send_frame


def serve(
    conversation: socket.socket, order: dict[str, Any], steps: Iterable[Step]
) -> None:
    """Says how this process was confined, then answers until the end."""
    # torch makes its pool of threads anew at the first use after a fork; two threads of
    # student code that are first at once break it ("Invalid thread pool!").
    torch.set_num_threads(1)
    device = open_device(order["device"], order["visible"])
    hello = {
        "steps": [(step.name, step.done, step.detail) for step in steps],
        "capability": torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
        "device": device,
        "pid": os.getpid(),
        "cpu_seconds": sum(os.times()[:2]),
    }
    send_frame(conversation, encode(hello))
    folder = Path(order["folder"])
    placement = Placement(order["device"])
    executor = Executor(folder, order["assignment"], order["part"], placement)
    tripwires = Tripwires(
        folder / f"{order['part']}.py",
        given=[folder / f"{name}.py" for name in order["given"]],
        modules=order["forbidden"],
        names=order["forbidden_names"],
    )
    tripwires.set_up()
    while (body := receive_frame(conversation)) is not None:
        request = decode(body)
        reply = executor.answer(request)
        if tripwires.found is not None:
            reply = encode({"id": request["id"], "forbidden": asdict(tripwires.found)})
        send_frame(conversation, reply)
