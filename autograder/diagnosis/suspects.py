"""Finds the known mistakes that answer as a submission does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.catalog import Assignment
from autograder.cause import Cause
from autograder.diagnosis.agreement import agree
from autograder.diagnosis.clock import Clock
from autograder.diagnosis.evidence import Evidence
from autograder.diagnosis.replay import Code, Unknown, contained
from autograder.kit.mistake import Mistake
from autograder.release import known

ENOUGH = 8
"""Inputs that must tell a cause from the reference before it is named."""
MOST_LEADERS = 3
"""Mistakes to each of which every other one is added where none explains alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """Mistakes that may, together, be what the submission does."""

    mistakes: tuple[Mistake, ...]
    code: Code

    @property
    def hint(self) -> str:
        """The cause in a sentence, in English."""
        return "; and ".join(mistake.hint for mistake in self.mistakes)

    @property
    def hint_zh(self) -> str:
        """The cause in a sentence, in Chinese."""
        return "；并且".join(mistake.hint_zh for mistake in self.mistakes)  # noqa: RUF001 - Chinese


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What the search for a cause came to.

    Attributes:
        cause: the one that explains the evidence, if exactly one does.
        none_matches: whether it is certain that no known mistake alone does.
        suspects: those that have this cause.
        telling: digests of the inputs that told it from the reference.
    """

    cause: Cause | None = None
    none_matches: bool = False
    suspects: tuple[Suspect, ...] = ()
    telling: frozenset[bytes] = frozenset()


class Suspects:
    """The reference of one part and what its known mistakes make of it."""

    def __init__(self, assignment: Assignment, part: str, folder: Path) -> None:
        self._assignment = assignment
        self._part = part
        self._folder = folder
        self._sources = assignment.given_sources() | {
            name: source
            for (_, name), source in known.reference(assignment).files.items()
        }
        self.reference = Code(self._sources, part=part, folder=folder / "reference")
        self._single = [
            suspect
            for mistake in known.mistakes(assignment)
            if mistake.part == part and (suspect := self._suspect(mistake))
        ]

    def conclude(
        self,
        own: Evidence,
        others: Iterable[Evidence],
        clock: Clock,
        earlier: Iterable[Conclusion] = (),
    ) -> Conclusion:
        """What explains all the evidence, where exactly one cause does.

        Args:
            own: what the failing check gives.
            others: what the part's other checks give, collected when it is wanted.
            clock: ends the search.
            earlier: what other failures of the part came from; what explains this one
                too is its cause, whatever else might be.

        Raises:
            OutOfTime: if it takes too long.
        """
        if not own.telling:
            return Conclusion()
        for found in earlier:
            if left := [s for s in found.suspects if _agrees(s.code, own, clock)]:
                return _conclusion(left, own.telling | found.telling)
        reached = [(_agreement(s.code, own, clock), s) for s in self._single]
        left = [suspect for n, suspect in reached if n == len(own.exchanges)]
        if not left:
            left = list(self._pairs(reached, own, clock))
        telling = own.telling
        more = iter(others)
        while left:
            if len(telling) >= ENOUGH and len({s.hint for s in left}) == 1:
                return _conclusion(left, telling)
            evidence = next(more, None)
            if evidence is None:
                return Conclusion()
            telling |= evidence.telling
            left = [s for s in left if _agrees(s.code, evidence, clock)]
        return Conclusion(none_matches=True)

    def _pairs(
        self, reached: list[tuple[int, Suspect]], own: Evidence, clock: Clock
    ) -> Iterator[Suspect]:
        """Pairs that agree with all of `own`, made with the mistakes that went far."""
        first_telling = _agreement(self.reference, own, clock)
        far = [(n, suspect) for n, suspect in reached if n > first_telling]
        far.sort(key=lambda pair: -pair[0])
        tried: set[frozenset[str]] = set()
        for _, leader in far[:MOST_LEADERS]:
            for _, other in reached:
                names = frozenset(m.name for m in leader.mistakes + other.mistakes)
                if len(names) == 1 or names in tried:
                    continue
                tried.add(names)
                pair = self._suspect(*leader.mistakes, *other.mistakes)
                if pair and _agrees(pair.code, own, clock):
                    yield pair

    def _suspect(self, *mistakes: Mistake) -> Suspect | None:
        """The reference with all of `mistakes` in it, if their patches fit."""
        source = self._sources[self._part].decode()
        try:
            for mistake in mistakes:
                source = mistake.apply(source)
        except ValueError:
            return None
        code = Code(
            self._sources | {self._part: source.encode()},
            part=self._part,
            folder=self._folder / "+".join(mistake.name for mistake in mistakes),
        )
        return Suspect(mistakes=mistakes, code=code)


def _conclusion(suspects: list[Suspect], telling: frozenset[bytes]) -> Conclusion:
    """That `suspects`, who all have one cause, are who it was."""
    first = suspects[0]
    cause = Cause(
        mistakes=tuple(mistake.name for mistake in first.mistakes),
        hint=first.hint,
        hint_zh=first.hint_zh,
        agreed=len(telling),
        of=len(telling),
    )
    return Conclusion(cause=cause, suspects=tuple(suspects), telling=telling)


def _agrees(code: Code, evidence: Evidence, clock: Clock) -> bool:
    return _agreement(code, evidence, clock) == len(evidence.exchanges)


def _agreement(code: Code, evidence: Evidence, clock: Clock) -> int:
    """How many requests come to the same before the first that does not."""
    clock.check()
    n_same = 0
    with contained(), suppress(TimeoutError):
        pairs = zip(evidence.exchanges, code.outcomes(evidence.exchanges), strict=True)
        for (_, got), outcome in pairs:
            known_here = not isinstance(outcome, Unknown)
            if known_here and not agree(got, outcome):
                break
            n_same += 1
    return n_same
