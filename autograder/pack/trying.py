"""Tries a student's parts on their own machine, each time in a fresh process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from autograder.catalog import Assignment

ENGINE = Path(__file__).resolve().parent.parent.parent
IMPORT = """\
import sys
from pathlib import Path
from autograder.worker.loading import load_part
folder, package, part, *given = sys.argv[1:]
load_part(Path(folder), package=package, part=part, given=[Path(g) for g in given])
"""
IMPORT_SECONDS = 180.0
LONGEST_SAID = 300
OPTIONS = (
    # Nothing of the course's or the student's own configuration takes part.
    f"--config-file={os.devnull}",
    "--noconftest",
    "--disable-plugin-autoload",
    "--import-mode=importlib",
    "-pautograder.plugin",
    "-pno:cacheprovider",
)


def import_part(assignment: Assignment, part: str) -> str:
    """Imports a part; returns the last line of what it raised, if it did."""
    given = [str(assignment.module_file(name)) for name in assignment.given]
    arguments = [str(assignment.folder), assignment.id, part, *given]
    with tempfile.TemporaryDirectory(prefix="autograder-pack-") as scratch:
        return _python(["-P", "-c", IMPORT, *arguments], scratch, IMPORT_SECONDS)


def run_checks(assignment: Assignment, parts: Sequence[str]) -> set[tuple[str, str]]:
    """Runs the public checks of `parts`; returns part and name of those that pass."""
    files = [f for f in assignment.check_files(parts) if f.parent.name != "hidden"]
    if not files:
        return set()
    with tempfile.TemporaryDirectory(prefix="autograder-pack-") as scratch:
        results = Path(scratch, "results.xml")
        arguments = [*OPTIONS, f"--junit-xml={results}", *map(str, files)]
        seconds = assignment.limits.submission_seconds
        _python(["-m", "pytest", *arguments], scratch, seconds)
        return _passed(results)


def _passed(results: Path) -> set[tuple[str, str]]:
    """What JUnit's XML says; a check with several cases must pass them all."""
    if not results.is_file():
        return set()
    root = ET.parse(results).getroot()  # noqa: S314 - our own pytest wrote it
    passed: set[tuple[str, str]] = set()
    others: set[tuple[str, str]] = set()
    for case in root.iter("testcase"):
        part = case.get("classname", "").rpartition("test_")[2]
        check = case.get("name", "").partition("[")[0]
        is_wrong = {child.tag for child in case} & {"failure", "error", "skipped"}
        (others if is_wrong else passed).add((part, check))
    return passed - others


def _python(arguments: Sequence[str], folder: str, seconds: float) -> str:
    """Runs Python in a folder; returns the last line that it complained with."""
    path = os.pathsep.join(filter(None, (str(ENGINE), os.environ.get("PYTHONPATH"))))
    try:
        ended = subprocess.run(  # noqa: S603 - a student's code, as they run it
            [sys.executable, "-B", *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it took over {seconds:g} s"
    if not ended.returncode:
        return ""
    lines = ended.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:LONGEST_SAID] if lines else f"exit status {ended.returncode}"
