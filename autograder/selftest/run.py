"""Judges behaviours one by one: the control first, then the act."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum

import torch

from autograder.isolation import try_steps
from autograder.selftest.behaviour import TRUE, Behaviour, Came, Seen
from autograder.selftest.bench import FEATURES, Place, features_of, place
from autograder.worker.confinement import TIERS, tier


class Status(StrEnum):
    """What is concluded of one behaviour."""

    OK = "ok"
    FAILED = "FAILED"
    NOT_HELD = "not held"
    """The tier does not promise it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One behaviour and what came of it."""

    behaviour: Behaviour
    status: Status
    detail: str = ""

    def __str__(self) -> str:
        line = f"{self.status:8}  {self.behaviour.name}"
        return f"{line}: {self.detail}" if self.detail else line


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Workers of one tier, and unconfined ones that show what an act would do."""

    here: Place
    unconfined: Place

    def judge(self, behaviour: Behaviour) -> Judged:
        """Whether a behaviour holds.

        Raises:
            SandboxError: if no worker of this tier can be had.
        """
        if not promises(self.here.tier, behaviour):
            text = f"from tier {behaviour.tier} up"
            return Judged(behaviour=behaviour, status=Status.NOT_HELD, detail=text)
        wrong = self._control(behaviour) or self._act(behaviour)
        status = Status.FAILED if wrong else Status.OK
        return Judged(behaviour=behaviour, status=status, detail=wrong)

    def _control(self, behaviour: Behaviour) -> str:
        """What is wrong with the control, if anything."""
        if behaviour.is_honest:
            return ""
        place = self.here if behaviour.control else self.unconfined
        came = _came_of(place, behaviour, behaviour.control or behaviour.act)
        if TRUE.is_met_by(came):
            return ""
        where = "" if behaviour.control else " without confinement"
        return f"the control failed{where}: {came}"

    def _act(self, behaviour: Behaviour) -> str:
        """What is wrong with what comes of the act, if anything."""
        if behaviour.earlier:
            came = _came_of(self.here, behaviour, behaviour.earlier)
            if not TRUE.is_met_by(came):
                return f"the earlier worker failed: {came}"
        opened = self.here.open(behaviour, behaviour.act, before=behaviour.before)
        with opened as (worker, conversation):
            came = self.here.ask(conversation)
            if not behaviour.expected.is_met_by(came):
                return f"expected: {behaviour.expected}; got: {came}"
            seen = Seen(
                came=came,
                worker=worker,
                conversation=conversation,
                folder=self.here.sandbox.folder,
            )
            return behaviour.after(seen) if behaviour.after else ""


def summary(found: Sequence[Status], reached: str) -> str:
    """How many behaviours came to what."""
    counts = ", ".join(f"{found.count(status)} {status}" for status in Status)
    return f"{counts} at isolation {reached}"


def promises(reached: str, behaviour: Behaviour) -> bool:
    """Whether workers of a tier must show a behaviour."""
    return TIERS.index(reached) >= TIERS.index(behaviour.tier)


@contextmanager
def judge(wanted: str | None = None) -> Iterator[Judge]:
    """Workers to judge: of one tier, or of the highest that this machine reaches.

    Raises:
        SandboxError: if this machine does not reach the tier.
    """
    reached = wanted or tier(try_steps())
    features = features_of(wanted) if wanted else None
    torch.set_num_threads(1)  # as the workers, whose numbers are compared with ours
    with ExitStack() as stack:
        here = stack.enter_context(place(features, reached))
        nothing = FEATURES["none"][0]
        bare = here
        if features != nothing:
            bare = stack.enter_context(place(nothing, "none"))
        yield Judge(here=here, unconfined=bare)


def _came_of(place: Place, behaviour: Behaviour, body: str) -> Came:
    with place.open(behaviour, body) as (_, conversation):
        return place.ask(conversation)
