"""Stands in for a submission that answers from behind the border.

Every attribute and call is a request to the confined worker.  What comes back is plain
data, or a `RemoteObject` for what must stay there: an instance of a student's class.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.catalog import Assignment
from autograder.errors import SandboxError
from autograder.kit.failures import Sentence, SubmissionLost, SubmissionRaised
from autograder.model import Check
from autograder.sandbox import Sandbox
from autograder.submission import Opened
from autograder.submission.conversation import Conversation
from autograder.submission.inprocess import missing_name
from autograder.worker.confinement import TIERS
from autograder.worker.wire import Handle, mapped


class RemoteObject:
    """An object of the submission: its attributes and calls are requests."""

    def __init__(self, conversation: Conversation, handle: Handle) -> None:
        self._conversation = conversation
        self._handle = handle

    @staticmethod
    def handle_of(value: Any) -> Any:
        """The handle that stands for `value` on the wire, or `value` itself."""
        return value._handle if type(value) is RemoteObject else value  # noqa: SLF001 - its own class

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the object answers when it is called in its own process."""
        return _request(
            self._conversation,
            "call",
            target=self._handle,
            args=list(args),
            kwargs=kwargs,
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # what Python, pytest and Hypothesis ask of any
            raise AttributeError(name)
        return _request(self._conversation, "get", target=self._handle, name=name)

    def __deepcopy__(self, _: Any) -> RemoteObject:
        # What it stands for stays where it is, so a copy stands for the same.
        return self

    def __repr__(self) -> str:
        return f"<{self._handle.type_name} of the submission>"


class StandIn:
    """A part of the submission: its names are requests."""

    def __init__(self, conversation: Conversation, part: str) -> None:
        self._conversation = conversation
        self._part = part

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            value = _request(self._conversation, "get", target=None, name=name)
        except SubmissionRaised as raised:
            if raised.class_name == "AttributeError" and not raised.frames:
                raise missing_name(self._part, name) from raised
            raise
        if type(value) is RemoteObject:
            # A function or a class, asked for in every example: once is enough.
            vars(self)[name] = value
        return value

    def __repr__(self) -> str:
        return f"<{self._part} of the submission>"


class RemoteProbes:
    """The probe modules, whose functions run beside the submission."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def __getattr__(self, module: str) -> Any:
        if module.startswith("_"):
            raise AttributeError(module)
        return _RemoteProbeModule(self._conversation, module)


class _RemoteProbeModule:
    def __init__(self, conversation: Conversation, module: str) -> None:
        self._conversation = conversation
        self._module = module

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def probe(*args: Any, **kwargs: Any) -> Any:
            return _request(
                self._conversation,
                "probe",
                module=self._module,
                name=name,
                args=list(args),
                kwargs=kwargs,
            )

        return probe


class Confined:
    """Opens parts in confined workers, a fresh one for every check."""

    def __init__(
        self, sandbox: Sandbox, assignment: Assignment, submission: Path
    ) -> None:
        self._sandbox = sandbox
        self._assignment = assignment
        self._submission = submission
        self._deadline = time.monotonic() + assignment.limits.submission_seconds
        self.tiers: set[str] = set()
        self.gpus: set[str] = set()

    @contextmanager
    def open(self, check: Check) -> Iterator[Opened]:
        """Yields a stand-in for the check's part, imported in a fresh worker."""
        if time.monotonic() > self._deadline:
            said = "no answer: limit of {seconds} s for the whole submission"
            seconds = f"{self._assignment.limits.submission_seconds:g}"
            raise SubmissionLost(Sentence(said, {"seconds": seconds}), timed_out=True)
        worker = self._sandbox.fork(self._assignment, check.part, self._submission)
        try:
            conversation = Conversation(worker, self._assignment.limits)
            self._accept(conversation.tier)
            self.gpus.update(filter(None, [conversation.gpu]))
            conversation.request("import")
            yield Opened(
                module=StandIn(conversation, check.part),
                probes=RemoteProbes(conversation),
                output=lambda: worker.output,
                peak_bytes=lambda: worker.peak_bytes,
                transcript=conversation.transcript,
            )
        finally:
            worker.end()

    def _accept(self, tier: str) -> None:
        """Notes the tier of a worker.

        Raises:
            SandboxError: if it is below the one that may grade.
        """
        self.tiers.add(tier)
        accepted = self._sandbox.isolation.accepted
        if TIERS.index(tier) < TIERS.index(accepted):
            raise SandboxError(f"a worker reached isolation {tier}, below {accepted}")


def _request(conversation: Conversation, op: str, **what: Any) -> Any:
    sent = mapped(what, RemoteObject.handle_of)
    return _to_objects(conversation, conversation.request(op, **sent))


def _to_objects(conversation: Conversation, value: Any) -> Any:
    return mapped(
        value,
        lambda item: RemoteObject(conversation, item) if type(item) is Handle else item,
    )
