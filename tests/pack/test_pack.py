"""Packing: what a student is told before handing in, and the zip they hand in."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.errors import GateError, UsageError
from autograder.intake import LONGEST_FILE, find_submissions
from autograder.pack.examining import Examined, examine, table
from autograder.pack.zipping import find_assignment, packed
from autograder.signatures import INTERFACE, signatures, written

ROOT = Path(__file__).parent.parent.parent
SETTINGS = """\
title = "Sums"
title_zh = "求和"
parts = ["adder", "doubler"]
profile = "torch"
hidden_points = 5

[imports]
forbid = ["numpy"]
"""
# Without torch, which takes longer to import than all the rest takes to run.
CHECKS = '''\
import pytest


@pytest.mark.points(1)
@pytest.mark.parametrize("a", [0, 1])
def test_{name}(submission, a):
    """Right."""
    assert submission.{name}(a, 2) == {right}


@pytest.mark.points(2)
def test_{name}_zero(submission):
    """Right for zero."""
    assert submission.{name}(0, 0) == 0
'''
ADDER = "def add(a, b):\n    return a + b\n"
DOUBLER = "def twice(a, b):\n    return 2 * a\n"


@pytest.fixture
def released(tmp_path):
    """Write a released folder with these parts; None leaves one out."""

    def write(name="a1_tiny", adder=ADDER, doubler=DOUBLER):
        folder = tmp_path / "assignments" / name
        folder.mkdir(parents=True)
        adds = CHECKS.format(name="add", right="a + 2")
        doubles = CHECKS.format(name="twice", right="2 * a")
        interface = {"adder": signatures(ADDER.encode())}
        for file, text in {
            "assignment.toml": SETTINGS,
            "test_adder.py": adds,
            "test_doubler.py": doubles,
            INTERFACE: written(interface),
            "adder.py": adder,
            "doubler.py": doubler,
        }.items():
            if text is not None:
                (folder / file).write_text(text, encoding="utf-8")
        return folder

    return write


def test_right_parts_have_nothing_said_of_them(released):
    found = examine(find_assignment(released(), None))

    assert [(one.said, one.passed, one.checks) for one in found] == [([], 2, 2)] * 2
    assert all(one.is_imported and one.keeps_names for one in found)


WRONG = {
    "wrong_for_one_case": (
        ADDER.replace("a + b", "b"),
        "adder.py does not pass: add",
    ),
    "changed_signature": (
        ADDER.replace("a, b", "a, b=0"),
        "adder.py: add should be (a, b), and is (a, b=0)",
    ),
    "missing_name": ("def plus(a, b): ...\n", "adder.py does not define add"),
    "no_python": (f"{ADDER}def\n", "adder.py:3 is no Python: invalid syntax"),
    "raises_at_import": (
        f"{ADDER}1 / 0\n",
        "adder.py cannot be imported: ZeroDivisionError: division by zero",
    ),
    "ends_the_process": (
        f"import os\n{ADDER}os._exit(7)\n",
        "adder.py cannot be imported: exit status 7",
    ),
    "forbidden": (
        f"{ADDER}if False:\n    import numpy\n",
        "adder.py:4 imports 'numpy', which this assignment asks you to do without",
    ),
}


@pytest.mark.parametrize(("source", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said(released, source, said):
    adder, _ = examine(find_assignment(released(adder=source), None))

    assert said in adder.said


def test_check_that_does_not_run_is_no_pass(released):
    adder, _ = examine(
        find_assignment(released(adder="import os\nos._exit(0)\n"), None)
    )

    assert (adder.passed, adder.checks) == (0, 2)


def test_part_that_is_misnamed_is_said(released):
    folder = released(adder=None)
    for name in ("Adder.py", "adder (1).py", "adder.ipynb"):
        (folder / name).touch()

    adder, doubler = examine(find_assignment(folder, None))

    assert adder.said == [
        "expected adder.py; found Adder.py, adder (1).py, adder.ipynb"
    ]
    assert doubler.said == []


def test_words_are_in_the_language_that_is_asked_for(released):
    found = examine(find_assignment(released(adder=None), None), "zh")

    assert "没有找到 Python 文件" in found[0].said[0]
    assert next(table(found, "zh")).startswith("文件")


def one(part, source):
    return Examined(part=part, source=source)


def test_zip_holds_the_parts_and_nothing_else(released, tmp_path):
    folder = released()
    (folder / "secret.txt").touch()
    assignment = find_assignment(folder, None)
    file = tmp_path / "alice.zip"

    file.write_bytes(packed(assignment, [one("adder", b"x"), one("doubler", None)]))

    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["a1_tiny/adder.py"]


def test_zip_has_the_same_bytes_whenever_it_is_made(released):
    folder = released()
    assignment = find_assignment(folder, None)
    found = [one("adder", b"x")]
    first = packed(assignment, found)
    os.utime(folder / "adder.py", (1, 1))

    assert packed(assignment, found) == first


def test_zip_is_read_by_intake_as_it_was_packed(released, tmp_path):
    assignment = find_assignment(released(), None)
    file = tmp_path / "alice.zip"
    parts = [one("adder", ADDER.encode()), one("doubler", DOUBLER.encode())]
    file.write_bytes(packed(assignment, parts))

    [submission] = find_submissions([file], [assignment])

    assert submission.notes == ()
    assert list(submission.files.values()) == [ADDER.encode(), DOUBLER.encode()]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (None, "nothing to hand in: .*a1_tiny has no adder.py, doubler.py"),
        (b"#" * (LONGEST_FILE + 1), "adder.py has 1048577 bytes; .* up to 1048576"),
    ],
    ids=["nothing", "too_long"],
)
def test_what_grading_could_not_read_is_refused(released, source, said):
    assignment = find_assignment(released(), None)

    with pytest.raises(GateError, match=said):
        packed(assignment, [one("adder", source)])


@pytest.mark.parametrize("at", [".", "assignments", "assignments/a1_tiny"])
def test_only_assignment_is_found_from_wherever_it_is_named(released, tmp_path, at):
    released()

    assert find_assignment(tmp_path / at, None).id == "a1_tiny"


def test_one_of_several_assignments_is_chosen_by_its_id(released, tmp_path):
    released(), released("a2_more")

    assert find_assignment(tmp_path, "a2_more").id == "a2_more"


@pytest.mark.parametrize(
    ("at", "name", "said"),
    [
        (".", None, "there is a1_tiny, a2_more: add --assignment ID"),
        (".", "a9_x", "no assignment 'a9_x'"),
        ("assignments/a1_tiny", "a2_more", "expected a2_more in .*, got a1_tiny"),
        ("assignments/a1_tiny/none", None, "no assignment in .*none"),
    ],
    ids=["several", "unknown", "another", "none"],
)
def test_assignment_that_is_not_clear_is_asked_for(released, tmp_path, at, name, said):
    released(), released("a2_more")

    with pytest.raises(UsageError, match=said):
        find_assignment(tmp_path / at, name)


def pack(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "autograder", "pack", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_command_packs_what_fails_and_says_so(released, tmp_path):
    released(adder=ADDER.replace("a + b", "0"))

    done = pack(tmp_path, "--lang", "en")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "part        size  names  import  public checks",
        "adder.py    28 B  good   good    1 of 2 pass",
        "doubler.py  34 B  good   good    2 of 2 pass",
        "adder.py does not pass: add",
        "not everything is well yet; it is packed all the same",
        "a1_tiny: 5 more points are checked officially, on other inputs",
        "hand in a1_tiny.zip",
    ]
    assert zipfile.ZipFile(tmp_path / "a1_tiny.zip").testzip() is None


def test_command_writes_nothing_when_there_is_nothing(released, tmp_path):
    released(adder=None, doubler=None)

    done = pack(tmp_path)

    assert done.returncode == 1
    assert not list(tmp_path.glob("*.zip"))


def test_command_leaves_nothing_but_the_zip(released, tmp_path):
    folder = released()
    before = {*tmp_path.rglob("*")}

    pack(tmp_path, str(folder), "--out", "out/mine.zip")

    made = {*tmp_path.rglob("*")} - before
    assert made == {tmp_path / "out", tmp_path / "out" / "mine.zip"}


def test_packing_needs_no_library_of_grading():
    code = (
        "import sys\n"
        "import autograder.pack.examining, autograder.pack.zipping\n"
        "heavy = {'torch', 'libcst', 'otter', 'rich', 'hypothesis', 'pytest'}\n"
        "assert not heavy & sys.modules.keys()\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr
