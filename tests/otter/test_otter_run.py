"""Submissions graded by the real `otter run`, and by a container's `run_otter.py`."""

import json
import pickle
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.archive import zipped
from autograder.catalog import read_catalog
from autograder.otter.bundle import write_bundle
from autograder.otter.layout import ENTRY
from autograder.otter.results import OUR_FAULT

BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[2]
SECONDS = 300
REFERENCE = {
    "add.py": "def add(a, b):\n    return a + b\n",
    "scale.py": "def scale(numbers, by):\n    return [n * by for n in numbers]\n",
}
HALF_RIGHT = REFERENCE | {
    "add.py": 'def add(a, b):\n    print("I was here")\n    return abs(a) + abs(b)\n'
}
STUB = {
    f"{part}.py": (
        f"def {part}(*arguments):\n"
        f'    raise NotImplementedError("a9_sums: implement {part}")\n'
    )
    for part in ("add", "scale")
}
FULL_MARKS = {
    "add.test_adds_two_numbers": 2,
    "add.test_adds_debts": 3,
    "scale.test_scales_up": 1,
    "scale.test_scales_to_nothing": 4,
}
# Leaves a mark and then does what the module that it hides would have done.
HIJACK = """\
import runpy, sys
open({marker!r}, "w").close()
sys.path[:] = [p for p in sys.path if p and not p.endswith("submission")]
sys.modules.pop("ipykernel_launcher", None)
runpy.run_module("ipykernel_launcher", run_name="__main__")
"""


def notebook(source):
    """Return the text of a notebook with one cell."""
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": "cell",
        "metadata": {},
        "outputs": [],
        "source": source,
    }
    return json.dumps(
        {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    )


class Touch:
    """Makes a file when it is unpickled."""

    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return open, (str(self.file), "w")


@dataclass
class Ran:
    """What one run of Otter left."""

    status: int
    said: str
    file: Path

    @property
    def results(self):
        return json.loads(self.file.read_text())

    @property
    def entries(self):
        return {test["name"]: test for test in self.results["tests"]}

    @property
    def scores(self):
        return {name: entry["score"] for name, entry in self.entries.items()}


def run(command, results):
    ran = subprocess.run(
        command, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return Ran(ran.returncode, ran.stdout + ran.stderr, results)


def otter_run(bundle, submission, out):
    """Grade one submission by the command `otter run`."""
    out.mkdir()
    command = [BIN / "otter", "run", "-a", bundle, "-o", out, submission]
    return run(command, out / "results.json")


def pack(file, files):
    """Write a zip of `files`."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file


def changed(bundle, out, files):
    """Write a copy of `bundle` in which `files` have other content."""
    with zipfile.ZipFile(bundle) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    out.write_bytes(zipped(members | files))
    return out


def container(root, bundle, files):
    """Lay out a grading container with a stale result; return its runner's command."""
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(root / "source")
    for name, content in files.items():
        (root / "submission" / name).write_text(content)
    (root / "submission_metadata.json").touch()
    (root / "results" / "results.json").write_text('{"score": 100, "tests": []}')
    return [sys.executable, "-I", root / "source" / "run_otter.py"]


@pytest.fixture(scope="module")
def wrapped(tmp_path_factory):
    """A half right submission whose files lie in a folder of their own."""
    files = {f"me/{name}": text for name, text in HALF_RIGHT.items()}
    junk = {"me/notes.ipynb": "{}", "me/extra.py": "1 / 0", "__MACOSX/me/._add.py": ""}
    return pack(tmp_path_factory.mktemp("wrapped") / "me.zip", files | junk)


@pytest.fixture(scope="module")
def half_right(bundle, wrapped, tmp_path_factory):
    return otter_run(bundle, wrapped, tmp_path_factory.mktemp("half") / "out")


@pytest.fixture(scope="module")
def plain(bundle, tmp_path_factory):
    """The bundle without its plugin: what a plain Otter would do."""
    with zipfile.ZipFile(bundle) as archive:
        config = json.loads(archive.read("otter_config.json")) | {"plugins": []}
    file = tmp_path_factory.mktemp("plain") / "plain.zip"
    return changed(bundle, file, {"otter_config.json": json.dumps(config).encode()})


def hostile(folder):
    """Write a stub that wants files of its own run by Otter; each leaves a mark."""
    marks = {name: folder / name for name in ("log", "launcher", "otter", "entry")}
    files = STUB | {
        ".OTTER_LOG": pickle.dumps(Touch(marks["log"])),
        "ipykernel_launcher.py": HIJACK.format(marker=str(marks["launcher"])),
        "otter/__init__.py": f'open({str(marks["otter"])!r}, "w").close()',
        "tests/not_graded.py": "OK_FORMAT = True\ntest = {}",
        ENTRY: notebook(f'open({str(marks["entry"])!r}, "w").close()'),
    }
    return pack(folder / "hostile.zip", files)


def marks(folder):
    """Return which of a hostile submission's files were run."""
    return {n for n in ("log", "launcher", "otter", "entry") if (folder / n).exists()}


def test_otter_gives_the_reference_full_marks_when_it_is_several_files(
    bundle, tmp_path
):
    submission = pack(tmp_path / "reference.zip", REFERENCE)

    ran = otter_run(bundle, submission, tmp_path / "out")

    assert ran.scores == FULL_MARKS, ran.said


def test_otter_gives_each_check_the_points_that_the_command_line_gives(
    half_right, course, wrapped, tmp_path
):
    subprocess.run(
        [
            *(sys.executable, "-m", "autograder", "grade", wrapped),
            *("--assignment", "a9_sums", "--solutions", course.root),
            *("--out", tmp_path, "--jobs", "1"),
        ],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    report = json.loads((tmp_path / "reports" / "a9_sums" / "me.json").read_text())
    earned = {
        f"{check['part']}.{check['name']}": check["earned"]
        for check in report["checks"]
    }

    assert half_right.scores == earned
    assert 0 < sum(earned.values()) < sum(FULL_MARKS.values())


def test_otter_says_of_a_hidden_check_its_title_and_verdict_only(half_right):
    entry = half_right.entries["add.test_adds_debts"]

    said = " ".join(entry["output"].split())
    assert said == "add.test_adds_debts results: adds debts result: failed"


def test_otter_shows_nothing_of_hidden_checks_before_grades_are_published(half_right):
    results = half_right.results

    assert {test["visibility"] for test in results["tests"]} == {"after_published"}
    assert "adds two numbers" in results["output"]
    assert "debts" not in results["output"]


def test_otter_runs_no_file_of_a_submission_in_its_own_processes(bundle, tmp_path):
    ran = otter_run(bundle, hostile(tmp_path), tmp_path / "out")

    assert ran.scores == dict.fromkeys(FULL_MARKS, 0), ran.said
    assert marks(tmp_path) == set()


def test_otter_runs_those_very_files_without_the_plugin(plain, tmp_path):
    otter_run(plain, hostile(tmp_path), tmp_path / "out")

    assert marks(tmp_path) == {"log", "launcher", "otter"}


def test_otter_gives_the_reference_nothing_without_the_plugin(plain, tmp_path):
    submission = pack(tmp_path / "reference.zip", REFERENCE)

    ran = otter_run(plain, submission, tmp_path / "out")

    assert ran.scores == {"not_graded": 0}, ran.said


def test_otter_refuses_a_stray_notebook_beside_the_modules(bundle, tmp_path):
    files = STUB | {"stray.ipynb": notebook("add = print")}
    submission = pack(tmp_path / "stray.zip", files)

    ran = otter_run(bundle, submission, tmp_path / "out")

    assert ran.status != 0
    assert "More than one .ipynb file found" in ran.said
    assert not ran.file.exists()


def test_otter_gives_nothing_and_says_whose_fault_it_is_when_the_grader_fails(
    bundle, tmp_path
):
    broken = changed(bundle, tmp_path / "b.zip", {"private/release.toml": b"name ="})
    submission = pack(tmp_path / "reference.zip", REFERENCE)

    ran = otter_run(broken, submission, tmp_path / "out")

    assert ran.scores == {"not_graded": 0}
    assert ran.entries["not_graded"]["visibility"] == "visible"
    assert ran.results["output"].startswith(OUR_FAULT)


def test_container_grades_beside_stray_notebooks_and_replaces_a_stale_result(
    bundle, tmp_path
):
    junk = {"a.ipynb": notebook("add = print"), "b.ipynb": "{}", "tests": "no folder"}
    command = container(tmp_path, bundle, REFERENCE | junk)

    ran = run(command, tmp_path / "results" / "results.json")

    assert ran.scores == FULL_MARKS, ran.said
    assert "score" not in ran.results


def test_container_leaves_a_failing_result_and_no_stale_one_when_otter_fails(
    bundle, tmp_path
):
    broken = changed(bundle, tmp_path / "b.zip", {"otter_config.json": b"{"})
    command = container(tmp_path / "root", broken, REFERENCE)

    ran = run(command, tmp_path / "root" / "results" / "results.json")

    assert ran.status != 0
    assert ran.results["score"] == 0
    assert "not your code's fault" in ran.results["output"]


def test_otter_gives_the_collator_s_reference_full_marks_in_a_wrapped_zip(tmp_path):
    catalog = read_catalog(ROOT / "solutions")
    assignment = catalog["a2_collator"]
    bundle = write_bundle(catalog, assignment, tmp_path)
    source = assignment.module_file("collator").read_text()
    submission = pack(tmp_path / "me.zip", {"me/a2_collator/collator.py": source})

    ran = otter_run(bundle, submission, tmp_path / "out")

    assert ran.scores == {
        f"{check.part}.{check.name}": check.points for check in assignment.checks
    }, ran.said
