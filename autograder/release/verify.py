"""Proves an assignment's checks: what must pass passes, what must be caught is caught.

The reference and every accepted variant get full marks, the stub passes not one check,
every known mistake fails at least one, and every check fails for at least one mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from autograder.catalog import Assignment
from autograder.errors import CatalogError
from autograder.intake import Submission, Work
from autograder.model import Report, Verdict
from autograder.release import known


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One case and the report that it got."""

    kind: Kind
    report: Report

    @property
    def failed(self) -> list[str]:
        """Ids of the checks that did not pass."""
        return [
            result.check.id
            for result in self.report.results
            if result.finding.verdict is not Verdict.PASSED
        ]

    def problem(self) -> str | None:
        """What is wrong with the checks, or None if the case came out as it must."""
        name = self.report.submission
        if broken := self.report.count(Verdict.GRADER_ERROR):
            messages = {
                result.finding.message.splitlines()[-1]
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
        return None


def prove(
    assignment: Assignment, grade: Callable[[list[Work]], Iterable[Report]]
) -> Iterator[Proof]:
    """Yields a proof for every case of `assignment` as `grade` reports on it."""
    cases = list(_cases(assignment))
    kinds = {submission.name: kind for kind, submission in cases}
    if len(kinds) < len(cases):
        raise CatalogError(f"{assignment.id}: a variant is named like a mistake")
    works = [Work(submission=case, assignment=assignment) for _, case in cases]
    for report in grade(works):
        yield Proof(kind=kinds[report.submission], report=report)


def problems(assignment: Assignment, proofs: list[Proof]) -> list[str]:
    """All that is wrong with the checks of `assignment`, in words."""
    found = [text for proof in proofs if (text := proof.problem())]
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
    return found


def matrix(proofs: list[Proof]) -> Iterator[tuple[str, str, str]]:
    """Rows of the printed matrix: the case, its score, the checks that it fails."""
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
            ", ".join(failed) or "passes all",
        )


def summary(proofs: list[Proof]) -> str:
    """One line: how many of each kind came out as they must."""
    said = []
    for kind in Kind:
        ours = [proof for proof in proofs if proof.kind is kind]
        right = sum(proof.problem() is None for proof in ours)
        said.append(f"{kind}: {right} of {len(ours)} {OUTCOMES[kind]}")
    return "; ".join(said)


def _cases(assignment: Assignment) -> Iterator[tuple[Kind, Submission]]:
    yield Kind.REFERENCE, known.reference(assignment)
    yield Kind.STUB, known.stub(assignment)
    for mistake in known.mistakes(assignment):
        yield Kind.MISTAKE, known.mistaken(assignment, mistake)
    for variant in known.accepted(assignment):
        yield Kind.ACCEPTED, variant
