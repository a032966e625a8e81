"""Grades a chunk: what a task of the cluster does, and all that it does.

It grades one submission at a time, so a slot of a GPU serves one worker at a time, and
passes over what has a report: so a task that is requeued, or submitted twice, costs
only what was running.
"""

from __future__ import annotations

import os
import platform
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import NoReturn

from autograder import accelerator
from autograder.executors import Reports
from autograder.executors.chunk import Chunk, from_json
from autograder.executors.local import LocalExecutor
from autograder.executors.place import Begun, Place
from autograder.intake import Work
from autograder.isolation import require
from autograder.sandbox import Isolation

ENDS = (signal.SIGTERM, signal.SIGUSR2)
"""Slurm's ways to say that the time is over; submitit would only note them."""


def run(file: str) -> None:
    """Grades the chunk in `file`.

    Raises:
        ClusterError: if this node's checks or versions are others.
        SandboxError: if this node confines less than was asked for.
        UsageError: if this node has no GPU and one was asked for.
    """
    for number in ENDS:
        signal.signal(number, _end)
    chunk = from_json(Path(file).read_text(encoding="ascii"))
    isolation = Isolation(accepted=chunk.terms.accepted)
    accelerator.require(chunk.terms.device)
    require(isolation)
    with LocalExecutor(
        isolation,
        release=chunk.terms.catalog.release,
        jobs=1,
        repeat=chunk.terms.repeat,
    ) as executor:
        fill(chunk, executor.map)


def fill(chunk: Chunk, grade_all: Callable[[list[Work]], Reports]) -> None:
    """Adds the reports that are missing, each as soon as it is there.

    Args:
        chunk: what to grade.
        grade_all: yields a report for each work, as a rule in order.
    """
    place = Place(chunk.folder)
    keys = {_name(work): key for key, work in chunk.works.items()}
    while left := [key for key in chunk.works if not place.has(key)]:
        with closing(grade_all([chunk.works[key] for key in left])) as reports:
            for key in left:
                if place.has(key):
                    break  # another task grades the same: look again what is left
                place.begin(key, _begun(chunk.works[key]))
                report = next(reports)
                place.add(keys[f"{report.assignment}/{report.submission}"], report)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    """Ends this task in order, once: Slurm may say it again while folders go."""
    for other in ENDS:
        signal.signal(other, signal.SIG_IGN)
    raise KeyboardInterrupt(signal.Signals(number).name)


def _name(work: Work) -> str:
    return f"{work.assignment.id}/{work.submission.name}"


def _begun(work: Work) -> Begun:
    environment = os.environ
    job = environment.get("SLURM_ARRAY_JOB_ID", environment.get("SLURM_JOB_ID", ""))
    index = environment.get("SLURM_ARRAY_TASK_ID")
    return Begun(
        name=_name(work),
        task=f"{job}_{index}" if index else job,
        node=environment.get("SLURMD_NODENAME", platform.node()),
        slot=environment.get("CUDA_VISIBLE_DEVICES", ""),
    )
