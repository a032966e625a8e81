"""A cause is named on evidence alone: one mistake, at least eight telling inputs."""

import pytest

from autograder.model import Verdict

from .weighing import REFERENCE, mistaken


@pytest.fixture(scope="module")
def low(found):
    return found(mistaken("sums_low"))


def test_mistake_is_named(low):
    cause = low["weighs"].cause

    assert cause.mistakes == ("sums_low",)
    assert (cause.hint, cause.hint_zh) == ("sums_low it is", "zh sums_low")
    assert cause.agreed == cause.of >= 8


def test_cause_of_a_public_check_is_told_in_its_message(low):
    assert low["weighs"].message.cause == low["weighs"].cause


def test_cause_of_a_hidden_check_is_known_but_not_told(low):
    finding = low["weighs_in_secret"]

    assert finding.cause.mistakes == ("sums_low",)
    assert finding.message.cause is None
    assert not finding.message.searched
    assert finding.message.snippet == ""


def test_hidden_inputs_are_in_no_message(low):
    assert "4711" not in str([finding.message for finding in low.values()])


@pytest.mark.parametrize(
    "source",
    [REFERENCE, REFERENCE.replace("a + b", "sum((a, b))")],
    ids=["reference", "variant"],
)
def test_right_answers_get_no_cause(found, source):
    findings = found(source).values()

    assert {finding.verdict for finding in findings} == {Verdict.PASSED}
    assert not any(finding.cause for finding in findings)


def test_unknown_mistake_gets_no_cause(found):
    finding = found(REFERENCE.replace("a + b", "a + b + 5"))["weighs"]

    assert finding.cause is None
    assert finding.message.searched


def test_mistakes_that_cannot_be_told_apart_are_not_named(found):
    finding = found(mistaken("lifts_by_two"))["lifts"]

    assert finding.verdict is Verdict.FAILED
    assert finding.cause is None
    assert not finding.message.searched


def test_mistake_is_not_named_on_too_few_inputs(found):
    finding = found(mistaken("never_flips"))["flips"]

    assert finding.verdict is Verdict.FAILED
    assert finding.cause is None
    assert not finding.message.searched


def test_two_mistakes_are_named_together(found):
    cause = found(mistaken("sums_low", "sums_high"))["weighs"].cause

    assert set(cause.mistakes) == {"sums_low", "sums_high"}


def test_mistake_that_is_right_now_and_then_is_not_named(found):
    changed = "return a - b if a % 2 else a + b"
    finding = found(REFERENCE.replace("return a + b", changed))["weighs"]

    assert finding.verdict is Verdict.FAILED
    assert finding.cause is None


@pytest.mark.parametrize(
    "end",
    ["__import__('time').sleep(60)", "__import__('os')._exit(1)", "1 / 0"],
    ids=["hangs", "dies", "raises"],
)
def test_submission_that_ends_in_diagnosis_keeps_its_verdict(found, end):
    """It answers wrongly until it has been asked more often than one check asks."""
    source = mistaken("sums_low").replace(
        "def weigh(a, b):",
        f"calls = []\n\n\ndef weigh(a, b):\n"
        f"    calls.append(a)\n    len(set(calls)) > 12 and {end}",
    )

    finding = found(source)["weighs"]

    assert finding.verdict is Verdict.FAILED


def test_search_that_is_out_of_time_names_nothing(found, monkeypatch):
    monkeypatch.setattr("autograder.diagnosis.causes.MOST_CHECKS", 0)

    finding = found(mistaken("sums_low"))["weighs"]

    assert finding.verdict is Verdict.FAILED
    assert finding.cause is None
    assert not finding.message.searched


def test_published_checks_look_for_nothing(weighing, found):
    file = weighing["a1_weighing"].folder / "mistakes.py"
    kept = file.rename(file.with_suffix(".away"))

    finding = found(mistaken("sums_low"))["weighs"]

    kept.rename(file)
    assert finding.cause is None
    assert not finding.message.searched
