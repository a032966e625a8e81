"""Looks for the causes of a submission's failures, after all its checks have run."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from autograder.catalog import Assignment
from autograder.diagnosis.clock import Clock, OutOfTime
from autograder.diagnosis.evidence import Evidence, run_again, weigh
from autograder.diagnosis.suspects import ENOUGH, Conclusion, Suspects
from autograder.kit.failures import SubmissionLost
from autograder.model import Check, Finding, Verdict, Visibility
from autograder.release import known
from autograder.run import Run
from autograder.submission import Opener
from autograder.submission.transcript import Transcript

MOST_CHECKS = 2.5
"""For how many checks the time to find a cause is given in all."""
WAITED_SECONDS = 2.5
"""How long a check that runs again may wait, for each second to find its cause."""
MOST_DRAWS = 4
"""How often a failing check runs again before the other checks do."""
EXPLICABLE = (Verdict.FAILED, Verdict.RAISED)


class Diagnosis:
    """Looks for the causes of one submission's failures.

    Args:
        run: what all its checks came to.
        assignment: the assignment; without known mistakes, nothing is looked for.
        open_with: opens its parts in workers that bear the limits of an assignment.
        folder: a private one, to put code in.
    """

    def __init__(
        self,
        run: Run,
        assignment: Assignment,
        open_with: Callable[[Assignment], Opener],
        folder: Path,
    ) -> None:
        self._run = run
        self._assignment = assignment
        self._folder = folder
        self._check_seconds = assignment.limits.cause_seconds
        most_seconds = MOST_CHECKS * self._check_seconds
        limits = replace(
            assignment.limits,
            seconds=WAITED_SECONDS * self._check_seconds,
            submission_seconds=WAITED_SECONDS * most_seconds,
        )
        self._opener = open_with(replace(assignment, limits=limits))
        self._suspects: dict[str, Suspects] = {}
        self._evidence: dict[tuple[str, int], Evidence] = {}
        self._concluded: list[tuple[Check, Conclusion]] = []
        self._lost = False
        self._failed = [
            check for check in assignment.checks if self._verdict(check) in EXPLICABLE
        ]
        for part in {check.part for check in self._failed}:
            self._suspects_of(part).reference.load()
        # From here: the libraries that parts import are no part of the search.
        self._clock = Clock(most_seconds)

    def conclusions(self) -> Iterator[tuple[Check, Conclusion]]:
        """Yields the checks that failed, each with what explains it."""
        for check in self._failed:
            if not self._lost:
                self._concluded.append((check, self._conclude(check)))
                yield self._concluded[-1]

    def _conclude(self, check: Check) -> Conclusion:
        clock = Clock(min(self._check_seconds, self._clock.left))
        try:
            suspects = self._suspects_of(check.part)
            own = self._evidence_of(check, suspects)
            others = self._others(check, suspects, clock)
            return suspects.conclude(own, others, clock, self._earlier(check))
        except (OutOfTime, TimeoutError):
            return Conclusion()

    def _earlier(self, check: Check) -> Iterator[Conclusion]:
        """The part's single mistakes that were found already and may be told here."""
        for other, conclusion in self._concluded:
            is_single = conclusion.cause and len(conclusion.cause.mistakes) == 1
            if is_single and _may_speak(other, check):
                yield conclusion

    def _others(
        self, check: Check, suspects: Suspects, clock: Clock
    ) -> Iterator[Evidence]:
        """What further draws give, then the part's other checks, failing ones first."""
        own = self._evidence_of(check, suspects)
        if len(own.telling) < ENOUGH and self._is_drawn(check):
            for draw in range(1, MOST_DRAWS):
                clock.check()
                yield self._evidence_of(check, suspects, draw)
        others = [
            other
            for other in self._assignment.checks
            if other.id != check.id and _may_speak(other, check)
        ]
        for other in sorted(others, key=self._passed):
            clock.check()
            yield self._evidence_of(other, suspects)

    def _suspects_of(self, part: str) -> Suspects:
        if part not in self._suspects:
            folder = self._folder / part
            folder.mkdir()
            self._suspects[part] = Suspects(self._assignment, part, folder)
        return self._suspects[part]

    def _evidence_of(self, check: Check, suspects: Suspects, draw: int = 0) -> Evidence:
        if (check.id, draw) not in self._evidence:
            transcript = self._transcript(check, draw)
            evidence = weigh(transcript, suspects.reference)
            self._evidence[check.id, draw] = evidence
        return self._evidence[check.id, draw]

    def _transcript(self, check: Check, draw: int) -> Transcript:
        """What a fresh worker answers when `check` runs again with other draws."""
        functions = self._run.functions.get((self._assignment.id, check.id), [])
        draws = self._run.draws
        official = draws.seed(self._assignment, check) if draws else 0
        digest = sha256(f"diagnosis/{official}/{draw}".encode()).digest()
        seed = int.from_bytes(digest[:8], "little")
        transcript = Transcript()
        try:
            with self._opener.open(check) as opened:
                transcript = opened.transcript or transcript
                run_again(functions, opened, self._assignment, check, seed)
        except SubmissionLost:
            self._lost = True
            return Transcript()
        except Exception:  # noqa: BLE001, S110 - what was asked until then is evidence
            pass
        return transcript

    def _is_drawn(self, check: Check) -> bool:
        functions = self._run.functions.get((self._assignment.id, check.id), [])
        return any(hasattr(each.function, "hypothesis") for each in functions)

    def _verdict(self, check: Check) -> Verdict | None:
        finding = self._run.findings.get((self._assignment.id, check.id))
        return finding.verdict if finding else None

    def _passed(self, check: Check) -> bool:
        return self._verdict(check) is Verdict.PASSED


def _may_speak(other: Check, check: Check) -> bool:
    """Whether what `other` asks may have a say in the cause of `check`.

    The cause of a public check is told to its student, so no hidden input may.
    """
    may_know = check.visibility in (other.visibility, Visibility.HIDDEN)
    return other.part == check.part and may_know


def add_causes(
    run: Run, assignment: Assignment, open_with: Callable[[Assignment], Opener]
) -> None:
    """Adds to the findings of `run` the causes that known mistakes explain."""
    failed = [f for f in run.findings.values() if f.verdict in EXPLICABLE]
    if not failed or not known.mistake_files(assignment):
        return
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        diagnosis = Diagnosis(run, assignment, open_with, Path(folder))
        try:
            for check, conclusion in diagnosis.conclusions():
                key = (assignment.id, check.id)
                run.findings[key] = _explained(run.findings[key], check, conclusion)
        except Exception as error:  # noqa: BLE001 - no score depends on its explanation
            # Our own fault, and not to be silent: it would look like a rare mistake.
            warnings.warn(f"no causes were named: {error!r}", stacklevel=2)


def _explained(finding: Finding, check: Check, conclusion: Conclusion) -> Finding:
    message = finding.message
    if message is not None and check.visibility is Visibility.PUBLIC:
        message = replace(
            message, cause=conclusion.cause, searched=conclusion.none_matches
        )
    return replace(finding, cause=conclusion.cause, message=message)
