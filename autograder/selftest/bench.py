"""Runs code of behaviours in real workers, with something around them to attack."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.catalog import Assignment, Limits
from autograder.errors import SandboxError
from autograder.isolation import summary, try_steps
from autograder.kit.failures import SubmissionLost, SubmissionRaised
from autograder.sandbox import Isolation, Sandbox
from autograder.selftest.behaviour import Behaviour, Came, Ending, module
from autograder.submission.conversation import Conversation
from autograder.supervision import Worker
from autograder.worker.confinement import tier

PART = "part"
ASSIGNMENT = Assignment(
    id="a0_selftest",
    folder=Path("/nonexistent"),
    title="Self-test",
    title_zh="自检",
    parts=(PART,),
    given=(),
    profile="torch",
    forbidden=(),
    forbidden_names=(),
    limits=Limits(
        memory_bytes=256 << 20,
        file_bytes=8 << 20,
        output_bytes=4096,
    ),
    checks=(),
    hidden_points=0,
)
NOTHING: frozenset[str] = frozenset()
# What makes a tier, first choice first: a machine may lack what another needs.
FEATURES: dict[str, tuple[frozenset[str] | None, ...]] = {
    "full": (None,),
    "standard": (frozenset({"landlock", "seccomp", "uid"}),),
    "partial": (frozenset({"seccomp", "uid"}), frozenset({"landlock", "seccomp"})),
    "none": (NOTHING,),
}


def features_of(wanted: str) -> frozenset[str] | None:
    """Mechanisms by which this machine reaches a tier, and no higher one.

    Raises:
        SandboxError: if it does not.
    """
    tried = []
    for features in FEATURES[wanted]:
        steps = try_steps(features)
        if tier(steps) == wanted:
            return features
        tried.append(f"{tier(steps)}: {summary(steps)}")
    raise SandboxError(f"expected isolation {wanted}, got {'; '.join(tried)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A sandbox, and what student code in it is told of its surroundings.

    Attributes:
        world: paths, as text, and process ids, by these names: `reference`, a file that
            anyone may read; `outside`, a folder that anyone may write to; `other`, a
            file of another submission; `submissions`, the folder of all; `zygote`, an
            address; `grader` and `worker`, processes.
    """

    sandbox: Sandbox
    tier: str
    world: dict[str, Any]

    @contextmanager
    def open(
        self, behaviour: Behaviour, body: str, *, before: str = ""
    ) -> Iterator[tuple[Worker, Conversation]]:
        """A worker with a behaviour's limits that holds code, not yet imported."""
        folder = hand_in(self.sandbox, module(body, before=before))
        limits = replace(
            ASSIGNMENT.limits,
            processes=behaviour.processes,
            seconds=behaviour.seconds,
            cpu_seconds=behaviour.cpu_seconds,
        )
        try:
            with _worker(self.sandbox, folder, limits) as (worker, conversation):
                if conversation.tier != self.tier:
                    reached = conversation.tier
                    raise SandboxError(f"expected tier {self.tier}, got {reached}")
                yield worker, conversation
        finally:
            shutil.rmtree(folder.parent)

    def ask(self, conversation: Conversation) -> Came:
        """What comes of importing the submission and of calling its function."""
        try:
            conversation.request("import")
            act = conversation.request("get", target=None, name="act")
            return call(conversation, act, self.world)
        except (SubmissionRaised, SubmissionLost) as end:
            return _came(end)


def call(conversation: Conversation, function: Any, world: Any) -> Came:
    """What comes of one call."""
    try:
        value = conversation.request("call", target=function, args=[world], kwargs={})
    except (SubmissionRaised, SubmissionLost) as end:
        return _came(end)
    return Came(ending=Ending.RETURNED, value=value)


def hand_in(sandbox: Sandbox, source: str) -> Path:
    """A folder of the sandbox with a submission that has this one part."""
    outer = Path(tempfile.mkdtemp(dir=sandbox.folder / "submissions"))
    folder = outer / ASSIGNMENT.id
    folder.mkdir()
    file = folder / f"{PART}.py"
    file.write_text(source, encoding="utf-8")
    file.chmod(0o444)
    for made in (folder, outer):
        made.chmod(0o755)  # a worker may be another user
    return folder


@contextmanager
def place(features: frozenset[str] | None, tier: str) -> Iterator[Place]:
    """A sandbox with those mechanisms, and all that its `world` names."""
    with ExitStack() as stack:
        isolation = Isolation(accepted="none", features=features)
        sandbox = stack.enter_context(Sandbox.create(isolation))
        around = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        around.chmod(0o755)
        reference, outside = around / "reference.py", around / "outside"
        reference.write_text("ANSWER = 42\n", encoding="utf-8")
        outside.mkdir()
        outside.chmod(0o777)  # the modes forbid nothing, so that only confinement does
        other = hand_in(sandbox, "ANSWER = 42\n")
        bystander, _ = stack.enter_context(_worker(sandbox, other, ASSIGNMENT.limits))
        world = {
            "reference": str(reference),
            "outside": str(outside),
            "other": str(other / f"{PART}.py"),
            "submissions": str(sandbox.folder / "submissions"),
            "zygote": str(sandbox.folder / f"{ASSIGNMENT.profile}.zygote"),
            "grader": os.getpid(),
            "worker": bystander.pid,
        }
        yield Place(sandbox=sandbox, tier=tier, world=world)


@contextmanager
def _worker(
    sandbox: Sandbox, folder: Path, limits: Limits
) -> Iterator[tuple[Worker, Conversation]]:
    worker = sandbox.fork(replace(ASSIGNMENT, limits=limits), PART, folder)
    try:
        yield worker, Conversation(worker, limits)
    finally:
        worker.end()


def _came(end: SubmissionRaised | SubmissionLost) -> Came:
    if isinstance(end, SubmissionLost):
        lost = Ending.TIMED_OUT if end.timed_out else Ending.CRASHED
        return Came(ending=lost, text=str(end.reason))
    names = (end.class_name, *end.bases)
    return Came(ending=Ending.RAISED, names=names, text=end.message)
