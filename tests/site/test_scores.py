"""How the scores of a class are distributed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.rules import Rules
from autograder.site.scores import Distribution, distribution

POINTS = st.lists(st.decimals(0, 100, places=1), max_size=50)


@given(POINTS, st.integers(0, 100))
def test_every_score_is_in_one_bin(points, most):
    scores = Distribution(most=most, points=tuple(sorted(points)), ungraded=0)

    assert sum(scores.bins()) == len(points)


@given(POINTS.filter(bool))
def test_quartiles_are_in_order_and_among_the_scores(points):
    scores = Distribution(most=100, points=tuple(sorted(points)), ungraded=0)

    low, middle, high = scores.quartiles
    assert min(points) <= low <= middle <= high <= max(points)


def test_no_score_has_no_average():
    scores = Distribution(most=10, points=(), ungraded=3)

    assert (scores.average, scores.quartiles) == (None, None)


@pytest.mark.parametrize(
    ("points", "place"),
    [("0", 0), ("0.9", 0), ("1", 1), ("9", 9), ("10", 9), ("12", 9), ("-1", 0)],
    ids=str,
)
def test_score_is_in_its_tenth(points, place):
    scores = Distribution(most=10, points=(Decimal(points),), ungraded=0)

    assert scores.bins()[place] == 1


def test_entry_without_a_score_is_ungraded(make_entry):
    scores = distribution([make_entry("pp"), make_entry("ep")])

    assert (scores.points, scores.ungraded, scores.full) == ((Decimal(2),), 1, 1)


def test_points_to_be_had_are_those_of_the_rules(make_entry):
    scores = distribution([make_entry("ppp", rules=Rules(cap=2))])

    assert (scores.most, scores.full) == (2, 1)
