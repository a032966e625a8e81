"""Proves an assignment's checks: what must pass passes, what must be caught is caught.

The reference and every accepted variant get full marks, the stub passes not one check,
every known mistake fails at least one, and every check fails for at least one mistake.
Of the mistakes, most are named as what they are, and nothing is named wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from autograder.catalog import Assignment
from autograder.cause import Cause
from autograder.errors import CatalogError
from autograder.intake import Submission, Work
from autograder.model import Finding, Report, Verdict
from autograder.provenance import checks_digest
from autograder.release import known
from autograder.wording.lines import lines


class Kind(StrEnum):
    """What a case is, and so what it must come to."""

    REFERENCE = "reference"
    STUB = "stub"
    MISTAKE = "mistake"
    ACCEPTED = "accepted"


OUTCOMES = {
    Kind.REFERENCE: "in full",
    Kind.STUB: "with nothing passed",
    Kind.MISTAKE: "caught",
    Kind.ACCEPTED: "in full",
}


MOST_INPUTS = 8
"""Asked of a mistake: what few catch, all catch, and named examples come first."""
LEAST_NAMED = 0.9
"""The share of known mistakes that diagnosis has to name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One case and the report that it got.

    Attributes:
        kind: what the case is.
        report: the report.
        hint: of a mistake, the cause that its student should be told.
    """

    kind: Kind
    report: Report
    hint: str = ""

    @property
    def failed(self) -> list[str]:
        """Ids of the checks that did not pass."""
        return [
            result.check.id
            for result in self.report.results
            if result.finding.verdict is not Verdict.PASSED
        ]

    @property
    def causes(self) -> list[Cause]:
        """The causes that were named, one for each check that has one."""
        findings = [result.finding for result in self.report.results]
        return [finding.cause for finding in findings if finding.cause]

    @property
    def misnamed(self) -> str:
        """The name of a wrong cause, if one was named."""
        wrong = [c for c in self.causes if c.hint != self.hint or not self.hint]
        return " with ".join(wrong[0].mistakes) if wrong else ""

    @property
    def is_named(self) -> bool:
        """Whether the case was named as what it is, and as nothing else."""
        return bool(self.causes) and not self.misnamed

    def problem(self) -> str | None:
        """What is wrong with the checks, or None if the case came out as it must."""
        name = self.report.submission
        if broken := self.report.count(Verdict.GRADER_ERROR):
            messages = {
                _last_line(result.finding)
                for result in self.report.results
                if result.finding.verdict is Verdict.GRADER_ERROR
            }
            return f"{self.kind} {name}: {broken} grader errors: {min(messages)}"
        match self.kind:
            case Kind.REFERENCE | Kind.ACCEPTED if self.failed:
                return f"{self.kind} {name} fails {', '.join(self.failed)}"
            case Kind.MISTAKE if not self.failed:
                return f"mistake {name} passes every check"
            case Kind.STUB:
                attempted = [
                    f"{result.check.id} ({result.finding.verdict})"
                    for result in self.report.results
                    if result.finding.verdict is not Verdict.NOT_ATTEMPTED
                ]
                if attempted:
                    return f"the stub is not 'not attempted' in {', '.join(attempted)}"
        if self.misnamed:
            return f"{self.kind} {name} is named wrongly as {self.misnamed}"
        return None


def prove(
    assignment: Assignment,
    grade: Callable[[list[Work]], Iterable[Report]],
    sample: int | None = None,
) -> Iterator[Proof]:
    """Yields a proof for every case of `assignment` as `grade` reports on it.

    Args:
        assignment: whose checks.
        grade: grades cases, in any order.
        sample: of how many mistakes; others whenever the checks change.  Of accepted
            variants it is only asked, too, what they change.  None: all of all.
    """
    cases = list(_cases(assignment, sample))
    reference = known.reference(assignment)
    kinds = {submission.name: kind for kind, submission in cases}
    hints = {mistake.name: mistake.hint for mistake in known.mistakes(assignment)}
    if len(kinds) < len(cases):
        raise CatalogError(f"{assignment.id}: a variant is named like a mistake")
    parts = {mistake.name: mistake.part for mistake in known.mistakes(assignment)}

    def work(kind: Kind, case: Submission) -> Work:
        if kind is Kind.ACCEPTED and sample is not None:
            changed = known.changed_parts(case, reference)
            asked = assignment.only(changed[0]) if len(changed) == 1 else assignment
            return Work(submission=case, assignment=asked)
        if kind is not Kind.MISTAKE:
            return Work(submission=case, assignment=assignment)
        # It costs the points of its part, and so only that part is asked.
        part = assignment.only(parts[case.name])
        return Work(submission=case, assignment=part, most_inputs=MOST_INPUTS)

    for report in grade([work(kind, case) for kind, case in cases]):
        yield Proof(
            kind=kinds[report.submission],
            report=report,
            hint=hints.get(report.submission, ""),
        )


def problems(assignment: Assignment, proofs: list[Proof]) -> list[str]:
    """All that is wrong with the checks of `assignment`, in words."""
    found = broken(proofs)
    caught = {
        check
        for proof in proofs
        if proof.kind is Kind.MISTAKE
        for check in proof.failed
    }
    found += [
        f"no known mistake fails {check.id}"
        for check in assignment.checks
        if check.id not in caught
    ]
    named, mistakes = _named(proofs)
    if named < LEAST_NAMED * mistakes:
        share = f"{LEAST_NAMED:.0%}"
        found.append(f"{named} of {mistakes} mistakes are named, fewer than {share}")
    return found


def broken(proofs: list[Proof]) -> list[str]:
    """The cases that did not come out as they must, in words."""
    return [text for proof in proofs if (text := proof.problem())]


def matrix(proofs: list[Proof]) -> Iterator[tuple[str, str, str, str]]:
    """Rows of the printed matrix: the case, its score, its name, what it fails."""
    order = list(Kind)
    for proof in sorted(
        proofs, key=lambda p: (order.index(p.kind), p.report.submission)
    ):
        report = proof.report
        failed = [check.split("/")[1].removeprefix("test_") for check in proof.failed]
        if proof.kind is Kind.STUB:
            failed = [f"{report.count(Verdict.NOT_ATTEMPTED)} not attempted"]
        yield (
            f"{proof.kind} {report.submission}",
            f"{report.score} of {report.max_score}",
            _naming(proof),
            ", ".join(failed) or "passes all",
        )


def summary(proofs: list[Proof]) -> str:
    """One line: how many of each kind came out as they must."""
    said = []
    for kind in Kind:
        ours = [proof for proof in proofs if proof.kind is kind]
        right = sum(proof.problem() is None for proof in ours)
        said.append(f"{kind}: {right} of {len(ours)} {OUTCOMES[kind]}")
    named, mistakes = _named(proofs)
    said.append(f"named: {named} of {mistakes}")
    return "; ".join(said)


def _cases(
    assignment: Assignment, sample: int | None
) -> Iterator[tuple[Kind, Submission]]:
    yield Kind.REFERENCE, known.reference(assignment)
    yield Kind.STUB, known.stub(assignment)
    mistakes = known.mistakes(assignment)
    if sample is not None:
        seed = checks_digest(assignment)
        mistakes = Random(seed).sample(mistakes, min(sample, len(mistakes)))  # noqa: S311 - no secret
    for mistake in mistakes:
        yield Kind.MISTAKE, known.mistaken(assignment, mistake)
    for variant in known.accepted(assignment):
        yield Kind.ACCEPTED, variant


def _naming(proof: Proof) -> str:
    if proof.misnamed:
        return f"named WRONGLY as {proof.misnamed}"
    if proof.kind is not Kind.MISTAKE:
        return ""
    return "named" if proof.is_named else "not named"


def _named(proofs: list[Proof]) -> tuple[int, int]:
    """How many mistakes are named, of how many."""
    mistakes = [proof for proof in proofs if proof.kind is Kind.MISTAKE]
    return sum(proof.is_named for proof in mistakes), len(mistakes)


def _last_line(finding: Finding) -> str:
    return lines(finding.message)[-1].strip() if finding.message else "no message"
