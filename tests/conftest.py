"""What tests of the engine share: a sandbox and a small assignment with its answers."""

import signal

import pytest
import torch

from autograder.catalog import read_catalog
from autograder.sandbox import Sandbox

torch.set_num_threads(1)

# A shell has what runs in its background ignore Ctrl-C, and so would all that the
# tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

TINY = {
    "release.toml": 'name = "test-release"\nsecret = "open"\n',
    "handout.md": "# Course\n\n<!-- assignments -->\n",
    "handout.zh.md": "# 课程\n\n<!-- assignments -->\n",
    "{id}/assignment.toml": """\
title = "Sums"
title_zh = "求和"
parts = ["adder"]
profile = "torch"

[imports]
forbid = ["numpy"]

[limits]
seconds = 2
cpu_seconds = 1
memory_bytes = 268435456
output_bytes = 4096
""",
    "{id}/handout.md": "# Sums\n",
    "{id}/handout.zh.md": "# 求和\n",
    "{id}/adder.py": '''\
"""Add and double numbers."""


def add(a, b):
    """Return the sum."""
    return a + b


def twice(a):
    """Return the double."""
    return 2 * a
''',
    "{id}/public/test_adder.py": '''\
"""Public checks of the adder."""

import pytest

from autograder.kit.compare import assert_parity


@pytest.mark.points(1)
def test_adds_small_numbers(submission):
    """One and two are three."""
    assert_parity(submission.add(1, 2), 3, "add(1, 2)")
''',
    "{id}/hidden/test_adder.py": '''\
"""Hidden checks of the adder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.kit.compare import assert_parity


@pytest.mark.points(2)
@given(a=st.integers(0, 99))
def test_adds_anything(submission, a):
    """Sums are right for all numbers."""
    assert_parity(submission.add(a, 7000), a + 7000, "the sum")


@pytest.mark.points(3)
@given(a=st.integers(1, 99))
def test_doubles(submission, a):
    """Twice is twice."""
    assert_parity(submission.twice(a), 2 * a, "the double")
''',
    "{id}/mistakes.py": '''\
"""Known mistakes of the adder."""

from autograder.kit.mistake import Mistake

MISTAKES = [
    Mistake(
        name="subtracts",
        part="adder",
        old="a + b",
        new="a - b",
        hint="the second number is subtracted",
        hint_zh="第二个数被减去了",
    ),
    Mistake(
        name="does_not_double",
        part="adder",
        old="2 * a",
        new="a",
        hint="the number is not doubled",
        hint_zh="没有乘以二",
    ),
]
''',
    "{id}/accepted/by_sum.py": (
        "def add(a, b):\n    return sum((a, b))\n\n\ndef twice(a):\n    return a + a\n"
    ),
}


@pytest.fixture(scope="session")
def sandbox():
    with Sandbox.create() as made:
        yield made


@pytest.fixture(scope="session")
def write_catalog():
    """Write the small assignment into a folder, with other or further files."""

    def write(root, name="a1_tiny", **changed):
        for key, text in (TINY | changed).items():
            file = root / key.format(id=name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return read_catalog(root)

    return write


@pytest.fixture(scope="session")
def catalog(write_catalog, tmp_path_factory):
    return write_catalog(tmp_path_factory.mktemp("solutions"))


@pytest.fixture(scope="session")
def tiny(catalog):
    return catalog["a1_tiny"]
