"""Hostile archives: what lies beside a part in a zip is not read, and gains nothing."""

import stat
import zipfile

import pytest

from autograder.grading import grade
from autograder.intake import find_submissions
from autograder.model import Verdict
from autograder.official import run_checks

PART = "a1_tiny/adder.py"
ZEROS = "def add(a, b):\n    return 0\n\n\ndef twice(a):\n    return 0\n"
RIGHT = "def add(a, b):\n    return a + b\n\n\ndef twice(a):\n    return 2 * a\n"
# Run anywhere, it lets every comparison agree and leaves a file that shows it ran.
TAKE_OVER = """\
open("MARKER", "w").close()
import sys
for name in ("compare", "expect"):
    module = sys.modules.get("autograder.kit." + name)
    if module:
        module.assert_parity = lambda *arguments, **more: None
def pytest_collection_modifyitems(items):
    items.clear()
def pytest_runtest_call(item):
    item.runtest = lambda: None
def assert_parity(*arguments, **more):
    pass
def encode(*arguments, **more):
    return b""
"""
INI = "[pytest]\naddopts = --collect-only\npython_functions = none\n"
BESIDE = {
    "conftest": {"a1_tiny/conftest.py": TAKE_OVER, "conftest.py": TAKE_OVER},
    "pytest.ini": {"pytest.ini": INI, "a1_tiny/pytest.ini": INI, "tox.ini": INI},
    "pyproject": {
        "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '--collect-only'\n",
        "setup.cfg": INI.replace("[pytest]", "[tool:pytest]"),
    },
    "sitecustomize": {
        f"{folder}{name}.py": TAKE_OVER
        for folder in ("", "a1_tiny/")
        for name in ("sitecustomize", "usercustomize")
    },
    "pth": {f"{folder}x.pth": "import adder\n" for folder in ("", "a1_tiny/", "lib/")},
    "folder named autograder": {
        "autograder/__init__.py": TAKE_OVER,
        "autograder/kit/compare.py": TAKE_OVER,
        "a1_tiny/autograder/worker/wire.py": TAKE_OVER,
    },
    "folder named torch": {
        "torch/__init__.py": TAKE_OVER,
        "a1_tiny/torch/__init__.py": TAKE_OVER,
        "a1_tiny/numpy.py": TAKE_OVER,
        "a1_tiny/json.py": TAKE_OVER,
    },
    "own checks": {
        "a1_tiny/test_adder.py": "def test_adds_anything(): pass\n",
        "a1_tiny/public/test_adder.py": "def test_adds_small_numbers(): pass\n",
        "a1_tiny/hidden/test_adder.py": "def test_doubles(): pass\n",
        "a1_tiny/assignment.toml": "title = 'free'\nparts = []\n",
    },
    "reference": {"solutions/a1_tiny/adder.py": RIGHT, "a1_tiny/reference.py": RIGHT},
    "package": {"a1_tiny/__init__.py": RIGHT, "a1_tiny/adder/__init__.py": RIGHT},
    "compiled part": {
        "a1_tiny/__pycache__/adder.cpython-311.pyc": "not compiled",
        "a1_tiny/adder.so": "not a library",
    },
    "results": {
        "results.json": '{"score": 6}',
        "gradebook.csv": "alice,6\n",
        ".OTTER_LOG": "not a log",
        "otter/__init__.py": TAKE_OVER,
    },
    "traversal": {
        "../adder.py": RIGHT,
        "../../a1_tiny/adder.py": RIGHT,
        "a1_tiny/../../ran": "x",
        "MARKER": "x",
        "..\\a1_tiny\\adder.py": RIGHT,
    },
}
"""Members beside a part that answers with zeros."""


@pytest.fixture
def marker(tmp_path):
    """The file that members make if they run or are extracted."""
    return tmp_path / "ran"


@pytest.fixture
def graded(catalog, tiny, sandbox, tmp_path, marker):
    """Grade a zip of these members, all of them files or all of them links."""

    def grade_members(members, *, kind=stat.S_IFREG):
        file = tmp_path / "alice" / "alice.zip"
        file.parent.mkdir()
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in members.items():
                member = zipfile.ZipInfo(name.replace("MARKER", str(marker)))
                member.external_attr = (kind | 0o777) << 16
                archive.writestr(member, content.replace("MARKER", str(marker)))
        [submission] = find_submissions([file], [tiny])
        return grade(
            submission,
            tiny,
            release=catalog.release,
            sandbox=sandbox,
            run_checks=run_checks,
        )

    return grade_members


def verdicts(report):
    return {result.finding.verdict for result in report.results}


@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE)
def test_what_lies_beside_a_part_gains_nothing(graded, beside):
    report = graded({PART: ZEROS, **beside})

    assert verdicts(report) == {Verdict.FAILED}


@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE)
def test_what_lies_beside_a_part_is_not_run_or_extracted(graded, beside, marker):
    graded({PART: ZEROS, **beside})

    assert not marker.exists()


@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE)
def test_what_lies_beside_a_right_part_costs_nothing(graded, beside):
    report = graded({PART: RIGHT, **beside})

    assert verdicts(report) == {Verdict.PASSED}


@pytest.mark.parametrize(
    "imported", ["conftest", "torch.x", "helper", "autograder.kit"]
)
def test_file_beside_a_part_cannot_be_imported(graded, imported):
    file = f"a1_tiny/{imported.replace('.', '/')}.py"

    report = graded({PART: f"import {imported}\n{RIGHT}", file: TAKE_OVER})

    assert verdicts(report) == {Verdict.RAISED}


@pytest.mark.parametrize("target", ["/etc/passwd", "../../solutions/a1_tiny/adder.py"])
def test_link_in_the_place_of_a_part_is_not_followed(graded, target):
    report = graded({PART: target}, kind=stat.S_IFLNK)

    assert verdicts(report) == {Verdict.NOT_ATTEMPTED}
    assert report.notes == ("a1_tiny/adder.py is a link: not read",)


@pytest.mark.parametrize("name", ["a1_tiny\\adder.py", "a/b/c/adder.py"])
def test_part_in_an_unknown_place_is_not_handed_in(graded, name):
    report = graded({name: RIGHT})

    assert verdicts(report) == {Verdict.NOT_ATTEMPTED}


@pytest.mark.parametrize("name", ["../a1_tiny/adder.py", "/a1_tiny/adder.py"])
def test_part_under_a_name_that_leads_out_is_neither_read_nor_extracted(
    graded, name, tmp_path
):
    report = graded({name: RIGHT})

    assert verdicts(report) == {Verdict.NOT_ATTEMPTED}
    assert report.notes[0].startswith(f"{name} has a name ")
    assert [file.name for file in tmp_path.rglob("*")] == ["alice", "alice.zip"]
