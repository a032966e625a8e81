"""Runs checks officially: student code in workers, verdicts here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder import plugin
from autograder.catalog import Assignment, Draws
from autograder.diagnosis.causes import add_causes
from autograder.grading import Ran
from autograder.run import Run
from autograder.sandbox import Sandbox
from autograder.submission.standin import Confined


def run_checks(
    assignment: Assignment,
    folder: Path,
    sandbox: Sandbox,
    *,
    draws: Draws,
    parts: Sequence[str],
    causes: bool = True,
) -> Ran:
    """Runs the checks of `parts` on the submission in `folder`.

    A check without a finding of its own is missing from the result, and the caller must
    not take that for a pass.

    Args:
        assignment: whose checks.
        folder: of the submission's own files.
        sandbox: where workers come from.
        draws: what properties draw.
        parts: the parts to check.
        causes: whether to look for causes of failures, which takes seconds and changes
            no verdict.
    """
    confined = Confined(sandbox, assignment, folder)
    run = Run(
        opener=lambda _: confined,
        official=True,
        submission_folder=lambda _: folder,
        draws=draws,
    )
    plugin.session(run, assignment, parts)
    if causes:
        add_causes(run, assignment, lambda a: Confined(sandbox, a, folder))
    findings = {check: finding for (_, check), finding in run.findings.items()}
    return Ran(
        findings=findings,
        tiers=frozenset(confined.tiers),
        gpus=frozenset(confined.gpus),
    )
