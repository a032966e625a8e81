"""What a class's verdicts say of each check."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.kit.failures import Sentence
from autograder.message import Message
from autograder.model import Verdict
from autograder.site.items import FEWEST, analyse, correlation, hardest

PAIRS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 99)), min_size=2)


def items(*entries):
    return analyse([entry.report for entry in entries])


@given(PAIRS)
def test_correlation_lies_between_its_bounds_or_cannot_be_said(pairs):
    value = correlation(pairs)

    varies = all(len(set(values)) > 1 for values in zip(*pairs, strict=True))
    assert (value is not None) == varies
    assert value is None or -1 <= value <= 1


@given(PAIRS, st.integers(1, 9), st.integers(-50, 50))
def test_correlation_stays_when_points_are_scaled(pairs, factor, more):
    scaled = [(passed, points * factor + more) for passed, points in pairs]

    assert correlation(scaled) == pytest.approx(correlation(pairs))


@given(PAIRS)
def test_correlation_turns_with_its_sign(pairs):
    turned = correlation([(1 - passed, points) for passed, points in pairs])

    value = correlation(pairs)
    assert turned == (None if value is None else pytest.approx(-value))


def test_correlation_of_the_same_is_one():
    assert correlation([(0, 0), (1, 1), (1, 1), (0, 0)]) == 1


def test_pass_rate_leaves_out_who_attempted_nothing(make_entry):
    first, _ = items(make_entry("pf"), make_entry("ff"), make_entry("nn"))

    assert (first.earned, first.counted, first.rate) == (1, 2, 0.5)


def test_memory_is_the_most_of_a_worker(make_entry):
    bobs = make_entry("p", changes={0: {"peak_bytes": 5}})
    eves = make_entry("p", changes={0: {"peak_bytes": 3}})

    [first] = items(make_entry("p"), bobs, eves)

    assert first.most_bytes == 5


def test_pass_rate_leaves_out_our_own_faults(make_entry):
    first, second = items(make_entry("ep"), make_entry("pp"))

    assert (first.counted, second.counted) == (1, 2)


def test_pass_rate_of_a_check_that_nobody_attempted_cannot_be_said(make_entry):
    [first] = items(make_entry("n"))

    assert first.rate is None


def test_check_that_the_better_ones_fail_is_suspect(make_entry):
    better = [make_entry("fppp")] * FEWEST
    weaker = [make_entry("pfff")] * FEWEST

    first, second, *_ = items(*better, *weaker)

    assert first.discrimination == -1
    assert first.is_suspect
    assert not second.is_suspect


def test_check_does_not_correlate_with_itself(make_entry):
    """Both checks are a coin's: alone, each would be half of the score."""
    entries = [make_entry(letters) for letters in ("pp", "pf", "fp", "ff")] * FEWEST

    first, _ = items(*entries)

    assert first.discrimination == 0


def test_discrimination_of_few_is_not_said(make_entry):
    first, _ = items(*[make_entry("pp"), make_entry("ff")] * (FEWEST // 2 - 1))

    assert first.discrimination is None


def test_flaky_check_counts_as_earned(make_entry):
    sometimes = {0: {"verdicts": (Verdict.PASSED, Verdict.FAILED)}}

    [first] = items(make_entry("f", changes=sometimes))

    assert (first.flaky, first.earned) == (1, 1)


def test_ends_for_want_of_memory_are_counted(make_entry):
    template = "the process ended: memory limit of {mebibytes} MiB"
    message = Message(headline=Sentence(template, {"mebibytes": "9"}))

    [first] = items(make_entry("r", changes={0: {"message": message}}))

    assert first.out_of_memory == 1


def test_times_are_the_median_and_the_most(make_entry):
    entries = [make_entry("p", changes={0: {"seconds": n}}) for n in (1.0, 2.0, 9.0)]

    [first] = items(*entries)

    assert (first.median_seconds, first.most_seconds) == (2.0, 9.0)


def test_segments_of_a_bar_lie_side_by_side_and_fill_it(make_entry):
    [first] = items(*(make_entry(letter) for letter in "ppfrnteppfr"))

    ends = [start + size for _, start, size in first.segments]
    starts = [start for _, start, _ in first.segments]
    assert starts == pytest.approx([0, *ends[:-1]], abs=0.02)
    assert ends[-1] == pytest.approx(100, abs=0.02)


def test_hardest_checks_come_first_and_those_that_all_passed_not_at_all(make_entry):
    found = items(make_entry("ppff"), make_entry("pfff"), make_entry("pppf"))

    assert [item.check.name[-1] for item in hardest(found)] == ["3", "2", "1"]
