"""What is said of two runs: whose score differs, on which check, and why."""

from dataclasses import replace

import pytest

from autograder.gradebook.differences import changes
from autograder.model import Verdict
from autograder.rules import Rules


def one(before, after):
    [change] = changes([before], [after])
    return change


def test_nothing_is_said_of_what_is_the_same(make_entry):
    entries = [make_entry("PASSED FAILED", seconds=1.0)]

    assert list(changes(entries, [make_entry("PASSED FAILED", seconds=2.0)])) == []


def test_change_names_the_check_and_both_scores(make_entry):
    change = one(make_entry("PASSED FAILED"), make_entry("PASSED PASSED"))

    assert (change.submission, change.before, change.after) == ("alice", "2", "4")
    assert change.checks == ("p/test_1: FAILED -> PASSED",)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ({"digest": "a" * 64}, {"digest": "b" * 64}, "the submission changed"),
        (
            {"checks_digest": "a" * 64},
            {"checks_digest": "b" * 64},
            "the checks changed",
        ),
        ({"release": "r1"}, {"release": "r2"}, "the release changed: r1 -> r2"),
        (
            {"versions": {"torch": "1"}},
            {"versions": {"torch": "2"}},
            "torch changed: 1 -> 2",
        ),
        (
            {"isolation": "full"},
            {"isolation": "standard"},
            "the isolation changed: full -> standard",
        ),
        ({}, {}, "nothing that is recorded changed: the check is flaky"),
    ],
    ids=["submission", "checks", "release", "version", "isolation", "nothing"],
)
def test_change_says_what_else_differs(make_entry, before, after, why):
    change = one(make_entry("FAILED", **before), make_entry("PASSED", **after))

    assert change.why == (why,)


def test_check_that_became_flaky_is_said_to_be(make_entry):
    before, after = make_entry("PASSED"), make_entry("FAILED")
    [result] = after.report.results
    verdicts = (Verdict.PASSED, Verdict.FAILED)
    flaky = replace(result, finding=replace(result.finding, verdicts=verdicts))
    report = replace(after.report, results=(flaky,))

    change = one(before, replace(after, grade=replace(after.grade, report=report)))

    assert change.checks == ("p/test_0: PASSED -> FAILED (flaky)",)
    assert change.why == ("a check is flaky",)


def test_other_rules_are_the_reason_when_no_verdict_changed(make_entry):
    change = one(make_entry("PASSED"), make_entry("PASSED", rules=Rules(cap=1)))

    assert (change.before, change.after) == ("2", "1")
    assert change.why == ("the rules of the score changed",)


def test_submission_of_one_run_alone_is_said_to_be(make_entry):
    [change] = changes([], [make_entry("PASSED")])

    assert (change.before, change.after) == ("", "2")
    assert change.why == ("it is in one of the runs only",)
