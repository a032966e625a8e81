"""Grades one submission of one assignment: unpack, refuse, run the checks, conclude."""

from __future__ import annotations

import platform
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from autograder.catalog import Assignment, Draws, Release
from autograder.explanation import our_fault
from autograder.intake import Submission
from autograder.message import Message, plain
from autograder.model import CheckResult, Finding, Report, Verdict
from autograder.policy import Violation, violations
from autograder.sandbox import Sandbox
from autograder.worker.removal import remove

RECORDED = ("hypothesis", "pytest", "torch", "transformers")
"""Distributions on whose versions a score may depend."""
DID_NOT_RUN = Finding(
    verdict=Verdict.GRADER_ERROR, message=our_fault("the check did not run")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of running checks officially.

    Attributes:
        findings: what each check came to, by its id; one that did not run is missing.
        tiers: isolation tiers that the workers reached.
    """

    findings: dict[str, Finding]
    tiers: frozenset[str]


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


def grade(
    submission: Submission,
    assignment: Assignment,
    *,
    release: Release,
    sandbox: Sandbox,
    run_checks: RunChecks,
    most_inputs: int | None = None,
) -> Report:
    """All verdicts of one submission of one assignment."""
    started = time.monotonic()
    findings = _refused(submission, assignment)
    parts = [part for part in assignment.parts if part not in findings]
    with _unpacked(submission, assignment, sandbox) as folder:
        draws = Draws(seed=release.seed, most_inputs=most_inputs)
        ran = run_checks(assignment, folder, sandbox, draws=draws, parts=parts)
    return Report(
        submission=submission.name,
        assignment=assignment.id,
        results=tuple(
            CheckResult(
                check=check,
                finding=findings.get(check.part)
                or ran.findings.get(check.id, DID_NOT_RUN),
            )
            for check in assignment.checks
        ),
        notes=submission.notes,
        isolation=_lowest(ran.tiers),
        digest=submission.digest(assignment.id),
        release=release.name,
        versions={"python": platform.python_version()}
        | {name: version(name) for name in RECORDED},
        seconds=time.monotonic() - started,
    )


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
            first = refused[0]
            said = _forbidden(f"{part}.py:{first.line}", first)
            found[part] = Finding(verdict=Verdict.POLICY, message=said)
    return found


def _forbidden(place: str, violation: Violation) -> Message:
    name = repr(violation.name)
    if violation.is_import:
        return plain(
            "{place} imports {module}, which this assignment asks you to do without",
            place=place,
            module=name,
        )
    return plain(
        "{place} uses {name}, which this assignment asks you to write yourself",
        place=place,
        name=name,
    )


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
