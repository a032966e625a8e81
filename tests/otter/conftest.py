"""A small course of two assignments, and the bundle of one of them."""

import pytest

from autograder.catalog import read_catalog
from autograder.otter.bundle import write_bundle

ADD = "def add(a, b):\n    return a + b\n"
SCALE = "def scale(numbers, by):\n    return [number * by for number in numbers]\n"
REFERENCE = {"add.py": ADD, "scale.py": SCALE}
SETTINGS = """\
title = "Sums"
title_zh = "Sums"
parts = [{parts}]
profile = "torch"

[limits]
seconds = 20
"""
CHECK = '''\
import pytest

from autograder.kit.compare import assert_parity


@pytest.mark.points({points})
def {name}(submission):
    """{lesson}"""
    assert_parity(submission.{call}, {expected}, "the answer")
'''
CHECKS = {
    "public/test_add.py": (2, "test_adds_two_numbers", "add(1, 2)", "3"),
    "hidden/test_add.py": (3, "test_adds_debts", "add(-1, -2)", "-3"),
    "public/test_scale.py": (1, "test_scales_up", "scale([1, 2], 2)", "[2, 4]"),
    "hidden/test_scale.py": (4, "test_scales_to_nothing", "scale([1], 0)", "[0]"),
}


def write_files(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """Two assignments below one `solutions/`; `a9_sums` has two parts."""
    solutions = tmp_path_factory.mktemp("course") / "solutions"
    files = {
        "release.toml": 'name = "2026-test"\nsecret = "open"\n',
        "a8_other/assignment.toml": SETTINGS.format(parts='"other"'),
        "a8_other/other.py": "SOLUTION = 'of another assignment'\n",
        "a9_sums/assignment.toml": SETTINGS.format(parts='"add", "scale"'),
        **{f"a9_sums/{name}": text for name, text in REFERENCE.items()},
    }
    for name, (points, check, call, expected) in CHECKS.items():
        files[f"a9_sums/{name}"] = CHECK.format(
            points=points,
            name=check,
            lesson=f"What {call} is.",
            call=call,
            expected=expected,
        )
    return read_catalog(write_files(solutions, files))


@pytest.fixture(scope="session")
def bundle(course, tmp_path_factory):
    """The Otter zip of `a9_sums`."""
    return write_bundle(course, course["a9_sums"], tmp_path_factory.mktemp("dist"))
