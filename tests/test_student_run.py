"""A student's own run: `pytest` in a folder with checks, as they would type it."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SETTINGS = """\
title = "Sums"
title_zh = "求和"
parts = ["adder"]
profile = "torch"
hidden_points = 5
"""
# Without torch, which takes longer to import than all the rest takes to run.
CHECKS = '''\
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.kit.failures import CheckFailed


@pytest.mark.points(1)
@given(a=st.integers(0, 99))
def test_adds(submission, a):
    """Adds."""
    expected, got = str(a + 2), str(submission.add(a, 2))
    if got != expected:
        raise CheckFailed("wrong value", what="the sum", expected=expected, got=got)


@pytest.mark.points(2)
def test_doubles(submission):
    """Doubles."""
    assert submission.twice(21) == 42
'''
RIGHT = "def add(a, b):\n    return a + b\n\n\ndef twice(a):\n    return 2 * a\n"
STUB = """\
def add(a, b):
    raise NotImplementedError("a1_tiny: implement add")


def twice(a):
    raise NotImplementedError("a1_tiny: implement twice")
"""


@pytest.fixture
def run(tmp_path):
    """Run pytest in a fresh folder on the checks and a source."""

    def run_pytest(source, *options, at="a1_tiny"):
        folder = tmp_path / "assignments" / "a1_tiny"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "assignment.toml").write_text(SETTINGS, encoding="utf-8")
        (folder / "test_adder.py").write_text(CHECKS)
        if source is not None:
            (folder / "adder.py").write_text(source)
        return pytest_in(tmp_path, f"assignments/{at}", *options)

    return run_pytest


def pytest_in(folder, *arguments):
    """What pytest says; the engine is found as if it were installed."""
    plugin = () if installed() else ("-p", "autograder.plugin")
    command = [sys.executable, "-m", "pytest", *plugin, *arguments]
    done = subprocess.run(
        command,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def installed():
    return any(e.name == "autograder" for e in entry_points(group="pytest11"))


def test_right_answer_passes_and_earns_its_points(run):
    status, said = run(RIGHT)

    assert status == 0
    assert "a1_tiny/adder  3 of 3 points  2 passed" in said
    assert "a1_tiny: 5 more points are checked officially, on other inputs" in said


def test_stub_is_not_attempted_without_a_traceback(run):
    status, said = run(STUB)

    assert status == 1
    assert "a1_tiny/adder  0 of 3 points  2 not attempted" in said
    assert "2 not attempted in" in said
    assert "Traceback" not in said
    assert "Error" not in said


def test_stub_counts_apart_from_a_right_part(run):
    _, said = run(STUB + RIGHT[RIGHT.index("def twice") :])

    assert "a1_tiny/adder  2 of 3 points  1 not attempted, 1 passed" in said


def test_wrong_answer_shows_the_smallest_failing_input(run):
    _, said = run(RIGHT.replace("a + b", "a + b if a < 10 else 0"))

    assert "  the sum                  expected 12   got 0\n" in said
    assert "  smallest failing input   a=10\n" in said
    assert "Traceback" not in said
    assert "1 failed, 1 passed" in said


def test_exception_shows_the_students_own_line(run):
    _, said = run(RIGHT.replace("return a + b", "return a / 0"))

    assert "adder: your code raised ZeroDivisionError" in said
    assert "  adder.py:2 in add\n" in said
    assert "site-packages" not in said


def test_syntax_error_is_worded(run):
    _, said = run("def add(:\n")

    assert "adder: your code raised SyntaxError" in said
    assert "2 raised" in said


def test_missing_file_is_worded(run):
    _, said = run(None)

    assert "there is no file adder.py" in said
    assert "2 raised" in said


def test_missing_name_is_worded(run):
    _, said = run(RIGHT.replace("def twice", "def double"))

    assert "adder.py does not define 'twice'" in said
    assert "a1_tiny/adder  1 of 3 points  1 passed, 1 raised" in said


@pytest.mark.parametrize("line", ["raise SystemExit", "import os.missing"])
def test_module_that_cannot_be_imported_fails_every_check_alike(run, line):
    _, said = run(f"{line}\n{RIGHT}")

    assert "a1_tiny/adder  0 of 3 points  2 raised" in said
    assert "AssertionError" not in said


def test_single_check_is_chosen_by_its_name(run):
    status, said = run(STUB + RIGHT[RIGHT.index("def twice") :], "-k", "doubles")

    assert status == 0
    assert "a1_tiny/adder  2 of 3 points  1 passed, 1 not run" in said


def test_run_stops_at_the_first_failure_when_asked(run):
    _, said = run("x = 1", "-x")

    assert "1 raised, 1 not run" in said


@pytest.mark.parametrize("at", ["a1_tiny/test_adder.py", ""])
def test_checks_run_from_a_file_and_from_the_folder_above(run, at):
    status, said = run(RIGHT, at=at)

    assert status == 0
    assert "3 of 3 points" in said


def test_checks_run_from_within_their_folder(run, tmp_path):
    run(RIGHT)

    status, said = pytest_in(tmp_path / "assignments" / "a1_tiny")

    assert status == 0
    assert "3 of 3 points" in said


@pytest.mark.parametrize("inner", ["", "a1_tiny"], ids=["flat", "nested"])
def test_other_folder_may_hold_the_submission(run, tmp_path, inner):
    folder = tmp_path / "mine" / inner
    folder.mkdir(parents=True)
    (folder / "adder.py").write_text(RIGHT)

    status, said = run(STUB, "--submission", "mine")

    assert status == 0
    assert "3 of 3 points" in said


def test_traceback_is_shown_when_asked_for(run):
    _, said = run(RIGHT.replace("return a + b", "return a / 0"), "--tb=long")

    assert ">       return a / 0" in said or ">   return a / 0" in said
    assert "0 of 3" not in said


def test_output_of_a_failing_check_is_shown(run):
    _, said = run(RIGHT.replace("return 2", "print('said this')\n    return 3"))

    assert "said this" in said


def test_nothing_happens_in_a_run_without_checks(tmp_path):
    (tmp_path / "test_own.py").write_text("def test_own():\n    assert 1 == 2\n")

    status, said = pytest_in(tmp_path)

    assert status == 1
    assert "assert 1 == 2" in said
    assert "scoreboard" not in said


def test_own_tests_beside_checks_are_left_alone(run, tmp_path):
    folder = tmp_path / "assignments" / "a1_tiny"
    folder.mkdir(parents=True)
    (folder / "test_mine.py").write_text("def test_mine():\n    assert 1 == 2\n")

    _, said = run(RIGHT)

    assert "assert 1 == 2" in said
    assert "3 of 3 points" in said


def test_failure_says_how_to_run_its_check_alone(run):
    _, said = run(RIGHT.replace("a + b", "0"))

    assert "  run again                pytest assignments/a1_tiny -k adds\n" in said


LESSONS = """\
[test_adds]
title_zh = "加法正确"
lesson_zh = "把两个数相加。"
nudge = "NUDGE"
nudge_zh = "提示一"
idea = "IDEA"
idea_zh = "提示二"
"""


@pytest.mark.parametrize(
    ("asked", "told"),
    [((), []), (("--hint",), ["NUDGE"]), (("--hint",) * 2, ["NUDGE", "IDEA"])],
    ids=["not", "once", "twice"],
)
def test_hints_are_shown_as_often_as_asked_for(run, tmp_path, asked, told):
    folder = tmp_path / "assignments" / "a1_tiny"
    folder.mkdir(parents=True)
    (folder / "lessons.toml").write_text(LESSONS, encoding="utf-8")

    _, said = run(RIGHT.replace("a + b", "0"), *asked)

    assert [hint for hint in ("NUDGE", "IDEA") if hint in said] == told


def test_messages_are_in_the_language_that_is_asked_for(run, tmp_path):
    folder = tmp_path / "assignments" / "a1_tiny"
    folder.mkdir(parents=True)
    (folder / "lessons.toml").write_text(LESSONS, encoding="utf-8")

    _, said = run(RIGHT.replace("a + b", "0"), "--hint", "--lang", "zh")

    assert "adder: 值不对" in said
    assert "把两个数相加。" in said
    assert "提示一" in said
    assert "2 / 3 分" in said
