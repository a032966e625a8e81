"""What one session of checks is about: whose parts answer, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from autograder.catalog import SETTINGS, Assignment, Draws, read_assignment
from autograder.model import Check, Finding, Verdict
from autograder.submission import Opened, Opener
from autograder.submission.inprocess import InProcess
from autograder.worker.loading import load_part


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFunction:
    """What runs a check.

    Attributes:
        function: the test as its file defines it.
        parameters: what one case of a parametrized check is called with.
    """

    function: Callable[..., None]
    parameters: dict[str, Any]


@dataclass(kw_only=True)
class Run:
    """One session of checks.

    Attributes:
        opener: opens the parts of an assignment.
        official: whether student code answers from behind the border.
        submission_folder: where the parts of an assignment lie.
        draws: what official checks draw; None leaves to the code of each what it draws.
        findings: by assignment and check; of several items of one check the worst.
        assignments: those that took part.
        functions: what runs a check, by assignment and check.
    """

    opener: Callable[[Assignment], Opener]
    official: bool
    submission_folder: Callable[[Assignment], Path]
    draws: Draws | None = None
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)
    assignments: dict[str, Assignment] = field(default_factory=dict)
    functions: dict[tuple[str, str], list[CheckFunction]] = field(default_factory=dict)

    def add_function(
        self, assignment: Assignment, check: Check, function: CheckFunction
    ) -> None:
        """Keeps what runs `check`: one function for each of its cases."""
        self.functions.setdefault((assignment.id, check.id), []).append(function)

    def note(self, assignment: Assignment, check: Check, finding: Finding) -> None:
        """Keeps `finding` unless the check has already come to something worse."""
        key = (assignment.id, check.id)
        known = self.findings.get(key)
        if known is None or known.verdict is Verdict.PASSED:
            self.findings[key] = finding

    def add_end(
        self, assignment: Assignment, check: Check, finding: Finding, opened: Opened
    ) -> None:
        """Adds what is known of a part at its end, if `finding` is what counts."""
        key = (assignment.id, check.id)
        if self.findings.get(key) is finding:
            output, peak_bytes = opened.output(), opened.peak_bytes()
            self.findings[key] = replace(finding, output=output, peak_bytes=peak_bytes)


def own_run(submission: str | None) -> Run:
    """A student's own run, on the parts beside the checks or in `submission`."""

    def folder(assignment: Assignment) -> Path:
        if submission is None:
            return assignment.folder
        nested = Path(submission, assignment.id).resolve()
        return nested if nested.is_dir() else Path(submission).resolve()

    return Run(
        opener=lambda a: InProcess(
            folder(a), assignment=a.id, given=[a.module_file(name) for name in a.given]
        ),
        official=False,
        submission_folder=folder,
    )


def assignment_of(check_file: Path) -> Assignment | None:
    """The assignment that a check file belongs to, if it belongs to one.

    Raises:
        CatalogError: if the assignment's folder is not what it should be.
    """
    folder = check_file.parent
    if folder.name in ("public", "hidden"):
        folder = folder.parent
    return _read(folder) if (folder / SETTINGS).is_file() else None


def check_of(check_file: Path, name: str) -> tuple[Assignment, Check] | None:
    """The check that a function of a check file is."""
    assignment = assignment_of(check_file)
    if assignment is None:
        return None
    part = check_file.stem.removeprefix("test_")
    for check in assignment.checks:
        if check.part == part and check.name == name:
            return assignment, check
    return None


@cache
def reference_of(assignment: Assignment, part: str) -> Any:
    """Our own solution of a part, loaded once; a release has none."""
    return load_part(assignment.folder, package=f"{assignment.id}_reference", part=part)


_read = cache(read_assignment)
