"""Measures what the border costs: workers, their memory, and calls across it.

    python benchmarks/border.py [--repeat N]

Prints milliseconds as median and 99th percentile, for each profile and each isolation
tier that this machine reaches.  Nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from autograder.catalog import PROFILES, Assignment, Limits
from autograder.errors import SandboxError
from autograder.sandbox import Isolation, Sandbox
from autograder.selftest.bench import (
    ASSIGNMENT,
    FEATURES,
    PART,
    features_of,
    hand_in,
)
from autograder.submission.conversation import Conversation
from autograder.supervision import Worker

ECHO = "def act(value):\n    return value\n"
SIZES = {"1 KB": 1 << 10, "1 MB": 1 << 20, "16 MB": 1 << 24}
CALLS = 20
# As an assignment's by default, and time for all repetitions in one worker.
LIMITS = Limits(seconds=600.0, cpu_seconds=600)


def main() -> None:
    """Measures each profile at each tier."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=100, metavar="N")
    repeat = parser.parse_args().repeat
    torch.set_num_threads(1)
    for size, n_bytes in SIZES.items():
        _say(f"direct call, {size}", _timed(_direct(n_bytes), repeat))
    for tier in FEATURES:
        try:
            features = features_of(tier)
        except SandboxError as error:
            _print(f"\n{tier}: not here ({error})")
            continue
        with Sandbox.create(Isolation(accepted="none", features=features)) as sandbox:
            for profile in PROFILES:
                _print(f"\n{tier}, profile {profile}")
                _measure(sandbox, profile, repeat)


def _measure(sandbox: Sandbox, profile: str, repeat: int) -> None:
    assignment = replace(ASSIGNMENT, profile=profile, limits=LIMITS)
    folder = hand_in(sandbox, ECHO)
    sandbox.warm(profile)
    ready = [_until_ready(sandbox, assignment, folder) for _ in range(repeat)]
    _say("worker ready: fork, confine, hello", [hello for hello, _ in ready])
    _say("worker ready: the same and import", [part for _, part in ready])
    with _opened(sandbox, assignment, folder) as (worker, conversation):
        act = conversation.request("get", target=None, name="act")
        for name, kibibytes in _memory(worker.pid).items():
            _print(f"  {name} of a worker: {kibibytes / 1024:.1f} MiB")
        for size, n_bytes in SIZES.items():
            call = _remote(conversation, act, n_bytes)
            _say(f"call, {size}", _timed(call, repeat))
    whole = _timed(lambda: _whole(sandbox, assignment, folder), repeat)
    _say(f"fork, confine, import, {CALLS} calls, close", whole)


def _until_ready(
    sandbox: Sandbox, assignment: Assignment, folder: Path
) -> tuple[float, float]:
    """Seconds until the hello, and until the part is imported."""
    started = time.perf_counter()
    worker = sandbox.fork(assignment, PART, folder)
    try:
        conversation = Conversation(worker, assignment.limits)
        hello = time.perf_counter() - started
        conversation.request("import")
        return hello, time.perf_counter() - started
    finally:
        worker.end()


def _whole(sandbox: Sandbox, assignment: Assignment, folder: Path) -> None:
    with _opened(sandbox, assignment, folder) as (_, conversation):
        act = conversation.request("get", target=None, name="act")
        call = _remote(conversation, act, SIZES["1 KB"])
        for _ in range(CALLS):
            call()


@contextmanager
def _opened(
    sandbox: Sandbox, assignment: Assignment, folder: Path
) -> Iterator[tuple[Worker, Conversation]]:
    worker = sandbox.fork(assignment, PART, folder)
    try:
        conversation = Conversation(worker, assignment.limits)
        conversation.request("import")
        yield worker, conversation
    finally:
        worker.end()


def _remote(conversation: Conversation, act: Any, n_bytes: int) -> Callable[[], Any]:
    args = [torch.ones(n_bytes // 4)]
    return lambda: conversation.request("call", target=act, args=args, kwargs={})


def _direct(n_bytes: int) -> Callable[[], Any]:
    """What the echo costs where a tensor is copied once, as an answer must be."""
    value = torch.ones(n_bytes // 4)
    return value.clone


def _memory(pid: int) -> dict[str, int]:
    """Kibibytes of a living process: its share of all it maps, and what is its own."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {
        key: int(rest.split()[0]) for key, _, rest in (x.partition(":") for x in lines)
    }
    private = sizes["Private_Clean"] + sizes["Private_Dirty"]
    return {"PSS": sizes["Pss"], "private memory": private}


def _timed(act: Callable[[], Any], repeat: int) -> list[float]:
    """Seconds of each of some repetitions, after one that is not counted."""
    act()
    seconds = []
    for _ in range(repeat):
        started = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - started)
    return seconds


def _say(what: str, seconds: list[float]) -> None:
    median = 1000 * statistics.median(seconds)
    worst = 1000 * sorted(seconds)[int(0.99 * (len(seconds) - 1))]
    _print(f"  {what}: {median:.2f} ms, p99 {worst:.2f} ms")


def _print(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
