"""Asks Slurm's own programs: which tasks there are still, and to end them."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec

from autograder.errors import UsageError

SECONDS = 60
"""How long a controller that is busy may take to answer."""
UNKNOWN = "Invalid job id"
NEEDED = ("sbatch", "srun", "squeue", "scancel")


def require_slurm() -> None:
    """Refuses to begin where no job can be submitted.

    Raises:
        UsageError: if submitit or Slurm's programs are missing; it names them.
    """
    if find_spec("submitit") is None:
        raise UsageError(
            "--executor slurm needs submitit, and there is none:"
            " pip install -c constraints.txt -e '.[grading,slurm]'"
        )
    if missing := [name for name in NEEDED if shutil.which(name) is None]:
        raise UsageError(
            f"--executor slurm needs Slurm's programs, and there is no"
            f" {', '.join(missing)}: run it where jobs are submitted"
        )


def tasks_of(job: str) -> frozenset[str] | None:
    """The tasks of a job that wait or run, such as `12_0`; None: nobody can say."""
    asked = _run("squeue", "--noheader", "--array", "--format=%i", f"--jobs={job}")
    if asked.returncode == 0:
        return frozenset(asked.stdout.split())
    # A controller that is down knows nothing; one that is up forgets what has ended.
    return frozenset() if UNKNOWN in asked.stderr else None


def cancel(job: str) -> bool:
    """Ends a job with all its tasks; returns whether Slurm knows of that."""
    asked = _run("scancel", job)
    return asked.returncode == 0 or UNKNOWN in asked.stderr


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 - Slurm's programs, no shell
            command, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", "no answer")
