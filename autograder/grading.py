"""Grades one submission of one assignment: unpack, refuse, run the checks, conclude."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from autograder.catalog import Assignment, Draws, Release
from autograder.explanation import our_fault
from autograder.intake import Submission
from autograder.message import Message, plain
from autograder.model import CheckResult, Finding, Report, Verdict
from autograder.policy import violations
from autograder.provenance import Provenance, provenance
from autograder.sandbox import Sandbox
from autograder.worker.removal import remove

DID_NOT_RUN = Finding(
    verdict=Verdict.GRADER_ERROR, message=our_fault("the check did not run")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of running checks officially.

    Attributes:
        findings: what each check came to, by its id; one that did not run is missing.
        tiers: isolation tiers that the workers reached.
        gpus: models of the GPUs that they computed on; none on the CPU.
    """

    findings: dict[str, Finding]
    tiers: frozenset[str]
    gpus: frozenset[str] = frozenset()


class RunChecks(Protocol):
    """Runs checks officially: what `autograder.official.run_checks` does, by pytest."""

    def __call__(
        self,
        assignment: Assignment,
        folder: Path,
        sandbox: Sandbox,
        *,
        draws: Draws,
        parts: Sequence[str],
    ) -> Ran:
        """Runs the checks of `parts` on the submission in `folder`."""
        ...


def grade(  # noqa: PLR0913 - what a grade depends on
    submission: Submission,
    assignment: Assignment,
    *,
    release: Release,
    sandbox: Sandbox,
    run_checks: RunChecks,
    most_inputs: int | None = None,
    repeat: int = 1,
) -> Report:
    """All verdicts of one submission of one assignment.

    Args:
        submission: what was handed in.
        assignment: what it is graded for.
        release: says the seeds.
        sandbox: where student code runs.
        run_checks: runs checks officially.
        most_inputs: how many of the inputs that a property draws it is asked.
        repeat: how often every check runs, on the same inputs.
    """
    started = time.monotonic()
    refused = _refused(submission, assignment)
    parts = [part for part in assignment.parts if part not in refused]
    draws = Draws(seed=release.seed, most_inputs=most_inputs)
    with _unpacked(submission, assignment, sandbox) as folder:
        runs = [
            run_checks(assignment, folder, sandbox, draws=draws, parts=parts)
            for _ in range(repeat)
        ]
    results = (
        CheckResult(
            check=check,
            finding=refused.get(check.part)
            or merged([run.findings.get(check.id, DID_NOT_RUN) for run in runs]),
        )
        for check in assignment.checks
    )
    came_from = provenance(assignment, release)
    gpus = sorted(frozenset().union(*(run.gpus for run in runs)))
    return replace(
        report_on(submission, assignment, tuple(forfeited(results)), came_from),
        isolation=_lowest(frozenset().union(*(run.tiers for run in runs))),
        device=" ".join((came_from.device, *gpus)),
        seconds=time.monotonic() - started,
    )


def report_on(
    submission: Submission,
    assignment: Assignment,
    results: tuple[CheckResult, ...],
    came_from: Provenance,
) -> Report:
    """The report that says `results`, and whose they are."""
    return Report(
        submission=submission.name,
        assignment=assignment.id,
        results=results,
        notes=submission.notes,
        digest=submission.digest(assignment.id),
        graded_at=datetime.now(UTC).isoformat(timespec="seconds"),
        student=submission.student,
        canvas_id=submission.canvas_id,
        attempt=submission.attempt,
        late_seconds=submission.late_seconds,
        submitted_at=submission.submitted_at,
        **asdict(came_from),
    )


def merged(findings: Sequence[Finding]) -> Finding:
    """What the repetitions of one check came to: the gravest of their verdicts."""
    first, *others = findings
    if not others:
        return first
    worst = max(findings, key=lambda finding: _weight(finding.verdict))
    return replace(
        worst,
        verdicts=tuple(finding.verdict for finding in findings),
        seconds=sum(finding.seconds for finding in findings),
        peak_bytes=max(finding.peak_bytes for finding in findings),
    )


def _weight(verdict: Verdict) -> int:
    order = (Verdict.PASSED, None, Verdict.POLICY, Verdict.GRADER_ERROR)
    return order.index(verdict if verdict in order else None)


def _refused(submission: Submission, assignment: Assignment) -> dict[str, Finding]:
    """What is known of parts without running them: not handed in, or forbidden."""
    found: dict[str, Finding] = {}
    for part in assignment.parts:
        source = submission.files.get((assignment.id, part))
        if source is None:
            said = _not_there(f"{part}.py", submission.sources)
            found[part] = Finding(verdict=Verdict.NOT_ATTEMPTED, message=said)
        elif refused := violations(
            source, assignment.forbidden, assignment.forbidden_names
        ):
            said = Message(headline=refused[0].said_of(part))
            found[part] = Finding(verdict=Verdict.POLICY, message=said)
    return found


def forfeited(results: Iterable[CheckResult]) -> Iterator[CheckResult]:
    """The results of parts, where one that did something forbidden passes nothing.

    What is noticed while one check runs is held against the part as what is read in
    its source; our own faults stay ours.
    """
    results = tuple(results)
    reached = {
        result.check.part: result.finding
        for result in reversed(results)
        if result.finding.verdict is Verdict.POLICY
    }
    for result in results:
        is_ours = result.finding.verdict is Verdict.GRADER_ERROR
        if result.check.part in reached and not is_ours:
            own, why = result.finding, reached[result.check.part].message
            # All but the verdict stays the check's own: what a hidden one printed is
            # shown with no other.
            yield replace(
                result,
                finding=replace(
                    own, verdict=Verdict.POLICY, message=why, cause=None, verdicts=()
                ),
            )
        else:
            yield result


def _not_there(file: str, sources: tuple[str, ...]) -> Message:
    if not sources:
        return plain("expected {file}; found no Python file", file=file)
    there = ", ".join(sources)
    return plain("expected {file}; found {there}", file=file, there=there)


@contextmanager
def _unpacked(
    submission: Submission, assignment: Assignment, sandbox: Sandbox
) -> Iterator[Path]:
    """A folder of the sandbox with the parts and the given files, read-only."""
    outer = Path(tempfile.mkdtemp(dir=sandbox.folder / "submissions"))
    folder = outer / assignment.id
    folder.mkdir()
    parts = {
        part: source
        for (owner, part), source in submission.files.items()
        if owner == assignment.id
    }
    for name, source in (parts | assignment.given_sources()).items():
        file = folder / f"{name}.py"
        file.write_bytes(source)
        file.chmod(0o444)
    for made in (folder, outer):
        made.chmod(0o755)  # a worker may be another user
    try:
        yield folder
    finally:
        remove(outer)


def _lowest(tiers: frozenset[str]) -> str:
    order = ("none", "partial", "standard", "full")
    return min(tiers, key=order.index, default="none")
