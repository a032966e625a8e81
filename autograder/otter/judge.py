"""Runs the grader on one quarantined submission, in a process of its own.

Otter's process never reads student files, and the grader's never has their folder on
its path: it is started isolated, in a folder that holds nothing.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.errors import UsageError
from autograder.model import Report
from autograder.otter.layout import ENTRY, TESTS, Settings
from autograder.report import from_json

# What Otter put into the submission's folder; everything else is the student's.
OTTERS = (ENTRY, TESTS)


class JudgeError(Exception):
    """The judge came to no result: our fault, whatever was handed in."""


def quarantine(submission: Path) -> Path:
    """Moves every student file out of Otter's folder; returns what is to be graded."""
    inner = submission.with_name("quarantine") / "submission"
    inner.mkdir(parents=True)
    for entry in list(submission.iterdir()):
        if entry.name not in OTTERS:
            entry.rename(inner / entry.name)
    package = inner / "__init__.py"  # Otter makes one where there was none
    if package.is_file() and not package.stat().st_size:
        package.unlink()
    entries = list(inner.iterdir())
    if len(entries) == 1 and _is_source(entries[0]):
        return entries[0]
    return inner


def judge(handed_in: Path, private: Path, settings: Settings) -> Report:
    """The report on what was handed in.

    Args:
        handed_in: what `quarantine` returned.
        private: the folder with the assignment and the release.
        settings: says which assignment, how many points and how long.

    Raises:
        JudgeError: if the grader failed, took too long or did not grade every check.
    """
    with tempfile.TemporaryDirectory(
        prefix="autograder-otter-",
        ignore_cleanup_errors=True,  # what a killed judge had started may still end
    ) as scratch:
        folder = Path(scratch)
        folder.chmod(0o711)  # a worker of another user reaches what it is named
        out = folder / "out"
        out.mkdir(mode=0o700)
        _run(_command(handed_in, private, settings, out), folder, settings.seconds)
        return _read(out / "reports" / settings.assignment, settings)


def _command(
    handed_in: Path, private: Path, settings: Settings, out: Path
) -> list[str]:
    return [
        *(sys.executable, "-I", "-m", "autograder", "grade", str(handed_in)),
        *("--assignment", settings.assignment),
        *("--layout", "one"),  # whatever lies in it is not taken for several
        *("--solutions", str(private)),
        *("--out", str(out)),
        *("--jobs", "1"),
    ]


def _run(command: list[str], folder: Path, seconds: float) -> None:
    process = subprocess.Popen(  # noqa: S603 - our own program, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # errors are for whoever runs Otter
        cwd=folder,
        env=os.environ | {"TMPDIR": str(folder)},
        start_new_session=True,
    )
    try:
        status = process.wait(seconds)
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise JudgeError(f"the grader took over {seconds:g} seconds") from None
        raise
    if status:
        raise JudgeError(f"the grader ended with exit status {status}")


def _read(reports: Path, settings: Settings) -> Report:
    try:
        (file,) = reports.glob("*.json")
        report = from_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, UsageError) as error:
        raise JudgeError(f"expected one report, got none: {error}") from error
    if report.score is None or report.max_score != settings.points:
        raise JudgeError(
            f"expected a score of {settings.points} points,"
            f" got {report.score} of {report.max_score}"
        )
    return report


def _is_source(path: Path) -> bool:
    return path.suffix == ".py" and path.is_file() and not path.is_symlink()
