"""An assignment whose mistakes are alike, rare, far apart or alone."""

REFERENCE = '''\
"""Weigh, raise and flip."""


def weigh(a, b):
    """Return a sum for small numbers and a product for large ones."""
    if a < 50:
        return a + b
    return a * b


def lift(a):
    """Return the next number."""
    return a + 1


def flip(is_on):
    """Return the opposite."""
    return not is_on
'''
CHECKS = '''\
"""Public checks of the adder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.kit.compare import assert_parity


@pytest.mark.points(1)
@given(a=st.integers(0, 99), b=st.integers(2, 99))
def test_weighs(submission, a, b):
    """Small numbers are added, large ones multiplied."""
    assert_parity(submission.weigh(a, b), a + b if a < 50 else a * b, "the weight")


@pytest.mark.points(1)
@given(a=st.integers(0, 99))
def test_lifts(submission, a):
    """One more."""
    assert_parity(submission.lift(a), a + 1, "the next")


@pytest.mark.points(1)
@given(is_on=st.booleans())
def test_flips(submission, is_on):
    """On is off."""
    assert_parity(submission.flip(is_on), not is_on, "the opposite")
'''
HIDDEN = '''\
"""Hidden checks of the adder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.kit.compare import assert_parity


@pytest.mark.points(1)
@given(a=st.integers(0, 49))
def test_weighs_in_secret(submission, a):
    """Small numbers are added."""
    assert_parity(submission.weigh(a, 4711), a + 4711, "the weight")
'''
PATCHES = (
    ("sums_low", "return a + b", "return a - b"),
    ("sums_high", "return a * b", "return a * b + 1"),
    ("lifts_by_two", "return a + 1", "return a + 2"),
    ("lifts_by_two_again", "return a + 1", "return 2 + a"),
    ("never_flips", "return not is_on", "return is_on"),
)
MISTAKES = "from autograder.kit.mistake import Mistake\n\nMISTAKES = [\n" + "".join(
    f"    Mistake(name={name!r}, part='adder', old={old!r}, new={new!r},"
    f" hint='{name} it is', hint_zh='zh {name}'),\n"
    for name, old, new in PATCHES
)
FILES = {
    "{id}/adder.py": REFERENCE,
    "{id}/public/test_adder.py": CHECKS,
    "{id}/hidden/test_adder.py": HIDDEN,
    "{id}/mistakes.py": MISTAKES + "]\n",
    "{id}/accepted/by_sum.py": REFERENCE.replace("a + b", "sum((a, b))"),
}


def mistaken(*names):
    """The reference with the patches of that name in it."""
    source = REFERENCE
    for name, old, new in PATCHES:
        if name in names:
            source = source.replace(old, new)
    return source
