"""Writes the zip by which Otter grades one assignment with this engine."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

from autograder.archive import files_below, zipped
from autograder.catalog import RELEASE, Assignment, Catalog
from autograder.errors import GateError, UsageError
from autograder.model import total_points
from autograder.otter.layout import (
    ENTRY,
    PLACEHOLDER,
    PLUGIN,
    PRIVATE,
    TESTS,
    Settings,
)
from autograder.otter.wheel import engine_wheel

HERE = Path(__file__).resolve().parent
CONFIG = "otter_config.json"
OURS = ("run_autograder", "run_otter.py", "setup.sh")
"""Files that stand in for Otter's, which fill a conda environment from five places."""
CONSTRAINTS = "constraints.txt"
MARGIN_SECONDS = 300.0
"""What a judge needs besides its checks: imports from a cold disk, a last timeout."""
EMPTY_NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
FAILS_CLOSED = '''\
"""Fails: whoever sees its result was graded by nothing."""

from otter.test_files import test_case

OK_FORMAT = False
name = "not_graded"
points = {points}


@test_case(points={points}, hidden=False)
def the_grading_plugin_graded():
    raise RuntimeError("the grading plugin did not run: nothing was graded")
'''


def write_bundle(catalog: Catalog, assignment: Assignment, out: Path) -> Path:
    """Writes `out/<assignment>.zip`; the same sources give the same bytes.

    Raises:
        UsageError: if Otter is not installed.
        CatalogError: if there is no release to grade for.
        GateError: if Otter does not make what is expected of it.
    """
    if find_spec("otter") is None:
        raise UsageError(
            "a bundle needs otter-grader, which is not installed:"
            " pip install -e '.[grading]'"
        )
    members = _generated(_settings(catalog, assignment))
    members |= {name: (HERE / name).read_bytes() for name in OURS}
    members |= dict(_private(catalog, assignment))
    members |= dict(_engine(catalog))
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"{assignment.id}.zip"
    new = file.with_name(f".{file.name}.new")
    new.write_bytes(zipped(members))
    return new.replace(file)


def _settings(catalog: Catalog, assignment: Assignment) -> Settings:
    return Settings(
        assignment=assignment.id,
        release=catalog.release.name,
        points=total_points(assignment.checks),
        seconds=assignment.limits.submission_seconds + MARGIN_SECONDS,
    )


def _generated(settings: Settings) -> dict[str, bytes]:
    """What `otter generate` makes of our notebook, placeholder and configuration."""
    config = {
        "plugins": [{PLUGIN: asdict(settings)}],
        # Entries are seen when grades are published, or at once if none is hidden;
        # Otter's summary would call a failed hidden check "all test cases passed".
        "show_hidden": True,
        "show_all_public": True,
        "force_public_test_summary": False,
    }
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        folder = Path(scratch)
        (folder / TESTS).mkdir()
        placeholder = FAILS_CLOSED.format(points=settings.points)
        (folder / TESTS / PLACEHOLDER).write_text(placeholder, encoding="utf-8")
        (folder / ENTRY).write_text(json.dumps(EMPTY_NOTEBOOK), encoding="utf-8")
        (folder / CONFIG).write_text(json.dumps(config), encoding="utf-8")
        return _run_generate(folder)


def _run_generate(folder: Path) -> dict[str, bytes]:
    made = folder / "made.zip"
    ran = subprocess.run(  # noqa: S603 - Otter's program on our own files, no shell
        [
            *(sys.executable, "-I", "-m", "otter", "generate"),
            *("--tests-dir", TESTS, "--output-path", made.name),
            *("--config", CONFIG, "--no-requirements", "--no-environment", ENTRY),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    wanted = (CONFIG, f"{TESTS}/{PLACEHOLDER}", f"files/{ENTRY}")
    try:
        with zipfile.ZipFile(made) as archive:
            return {name: archive.read(name) for name in wanted}
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        said = ran.stderr.strip().splitlines()[-1:]
        raise GateError(f"otter generate: {error}; it said {said}") from error


def _private(catalog: Catalog, assignment: Assignment) -> Iterator[tuple[str, bytes]]:
    yield f"{PRIVATE}/{RELEASE}", (catalog.root / RELEASE).read_bytes()
    yield from files_below(assignment.folder, prefix=f"{PRIVATE}/{assignment.id}")


def _engine(catalog: Catalog) -> Iterator[tuple[str, bytes]]:
    """What a container installs: this engine, in the versions it is tested with."""
    name, content = engine_wheel()
    yield f"engine/{name}", content
    constraints = catalog.root.parent / CONSTRAINTS
    if constraints.is_file():
        yield f"engine/{CONSTRAINTS}", constraints.read_bytes()
