"""What a property drew is asked again, and is drawn again only where it fails."""

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from autograder.drawing import load_profile, set_seed
from autograder.drawn import asked_again


@pytest.fixture
def drawn():
    """What a strategy has drawn so far."""
    return []


@pytest.fixture
def property_(drawn):
    """A property that holds if its submission says so; fresh for every test."""
    load_profile()

    @given(number=st.integers(0, 10**6).map(lambda n: drawn.append(n) or n))
    def holds(submission, number):
        assert submission(number)

    set_seed(holds, 5)
    return holds


def recorder(inputs, answer=lambda _: True):
    def submission(number):
        inputs.append(number)
        return answer(number)

    return submission


def test_second_submission_is_asked_the_same_without_a_draw(property_, drawn):
    first, second = [], []
    asked_again(property_, "case", 5)(submission=recorder(first))
    del drawn[:]

    asked_again(property_, "case", 5)(submission=recorder(second))

    assert second == first
    assert len(first) == settings.default.max_examples
    assert not drawn


def test_failure_of_a_second_submission_is_shrunk(property_):
    asked_again(property_, "case", 5)(submission=lambda _: True)
    small = asked_again(property_, "case", 5)

    with pytest.raises(AssertionError) as failed:
        small(submission=lambda number: number < 1000)

    assert "number=1000," in "\n".join(failed.value.__notes__)


def test_submission_that_fails_at_first_only_does_not_pass(property_):
    asked_again(property_, "case", 5)(submission=lambda _: True)
    answers = iter([False])

    with pytest.raises(AssertionError):
        asked_again(property_, "case", 5)(submission=lambda _: next(answers, True))


@pytest.mark.parametrize(("case", "seed"), [("another", 5), ("case", 6)])
def test_another_case_or_seed_draws_for_itself(property_, drawn, case, seed):
    asked_again(property_, "case", 5)(submission=lambda _: True)
    del drawn[:]

    asked_again(property_, case, seed)(submission=lambda _: True)

    assert drawn


def test_what_a_failing_submission_was_asked_is_not_kept(property_, drawn):
    with pytest.raises(AssertionError):
        asked_again(property_, "case", 5)(submission=lambda _: False)
    del drawn[:]

    asked_again(property_, "case", 5)(submission=lambda _: True)

    assert drawn


def test_few_inputs_are_the_first_of_all(property_):
    everything, few = [], []
    asked_again(property_, "case", 5)(submission=recorder(everything))

    asked_again(property_, "case", 5, most=3)(submission=recorder(few))

    assert few == everything[:3]


def test_failure_of_few_inputs_is_not_made_smaller(property_):
    asked_again(property_, "case", 5)(submission=lambda _: True)
    asked = []

    with pytest.raises(AssertionError):
        asked_again(property_, "case", 5, most=3)(submission=asked.append)

    assert len(asked) == 1


def test_input_that_a_check_changes_is_whole_for_the_next_submission():
    @given(rows=st.just([1, 2]))
    def empties(submission, rows):
        submission.extend(rows)
        rows.clear()

    load_profile()
    asked_again(empties, "case", 0)(submission=[])
    second = []
    asked_again(empties, "case", 0)(submission=second)

    assert second[:2] == [1, 2]


def test_property_that_talks_to_hypothesis_passes_again():
    @given(number=st.integers(0, 9))
    def tells(submission, number):
        note(f"asked {number}")
        submission.append(number)

    load_profile()
    asked_again(tells, "case", 0)(submission=[])
    second = []
    asked_again(tells, "case", 0)(submission=second)

    assert second


def test_property_that_draws_in_the_middle_draws_every_time():
    @given(data=st.data())
    def draws(submission, data):
        submission.append(data.draw(st.integers(0, 9)))

    load_profile()
    asked_again(draws, "case", 0)(submission=[])
    second = []
    asked_again(draws, "case", 0)(submission=second)

    assert second
