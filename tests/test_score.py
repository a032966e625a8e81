from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.message import Words
from autograder.model import (
    Check,
    CheckResult,
    Finding,
    Report,
    Verdict,
    Visibility,
)
from autograder.rules import Late, Rules
from autograder.score import DAY, Override, late_days, plain_number, score

JUDGED = [verdict for verdict in Verdict if verdict is not Verdict.GRADER_ERROR]
PARTS = ("p", "q")
IDS = [f"{part}/test_{number}" for part in PARTS for number in range(3)]
POINTS = st.integers(0, 20)


def result(check, verdict, points=2):
    part, name = check.split("/")
    return CheckResult(
        check=Check(
            part=part,
            name=name,
            points=points,
            visibility=Visibility.PUBLIC,
            lesson=Words(en="x"),
        ),
        finding=Finding(verdict=verdict),
    )


def report(*verdicts, late_days=0):
    results = map(result, IDS, map(Verdict, verdicts))
    return Report(
        submission="alice",
        assignment="a1_tiny",
        results=tuple(results),
        late_seconds=late_days * DAY,
    )


def said(points, check="", author="Li", reason="seen"):
    points = None if points is None else Decimal(points)
    return Override(
        student="alice",
        assignment="a1_tiny",
        check=check,
        points=points,
        author=author,
        reason=reason,
    )


REPORTS = st.builds(
    report,
    *[st.sampled_from(JUDGED)] * len(IDS),
    late_days=st.integers(0, 9),
)
RULES = st.builds(
    Rules,
    points=st.dictionaries(st.sampled_from(IDS), POINTS),
    all_or_nothing=st.lists(st.sampled_from(PARTS), unique=True).map(tuple),
    caps=st.dictionaries(st.sampled_from(PARTS), POINTS),
    cap=st.none() | POINTS,
    extra_credit=st.lists(st.sampled_from(IDS), unique=True).map(tuple),
    late=st.builds(
        Late,
        percent_per_day=st.integers(0, 100),
        grace_days=st.integers(0, 3),
        most_percent=st.integers(0, 100),
    ),
)
OVERRIDES = st.lists(
    st.builds(
        said, st.none() | POINTS, check=st.sampled_from(["", *IDS]), author=st.text()
    ),
    max_size=4,
)


@given(some=REPORTS, rules=RULES, overrides=OVERRIDES)
def test_steps_add_up_to_the_score(some, rules, overrides):
    found = score(some, rules, overrides)

    assert sum(step.change for step in found.steps) == found.points


@given(some=REPORTS)
def test_score_without_rules_is_that_of_the_verdicts(some):
    found = score(replace(some, late_seconds=1e6))

    assert (found.points, found.most) == (some.score, some.max_score)


@given(some=REPORTS, rules=RULES)
def test_score_is_between_nothing_and_what_there_is_to_be_had(some, rules):
    extra = sum(rules.points.get(check, 2) for check in rules.extra_credit)

    found = score(some, rules)

    assert 0 <= found.points <= found.most + extra
    assert rules.cap is None or found.points <= rules.cap


@given(some=REPORTS, rules=RULES, at=st.integers(0, len(IDS) - 1))
def test_score_never_falls_by_a_check_that_passes_instead(some, rules, at):
    results = list(some.results)
    results[at] = replace(results[at], finding=Finding(verdict=Verdict.PASSED))

    better = replace(some, results=tuple(results))

    assert score(better, rules).points >= score(some, rules).points


@given(some=REPORTS, rules=RULES, more=st.integers(0, 10 * DAY))
def test_score_never_rises_by_being_later(some, rules, more):
    later = replace(some, late_seconds=some.late_seconds + more)

    assert score(later, rules).points <= score(some, rules).points


@given(rules=RULES)
def test_full_marks_in_time_are_all_there_is_to_be_had(rules):
    rules = replace(rules, extra_credit=())

    found = score(report(*["PASSED"] * 6), rules)

    assert found.points == found.most


@given(some=REPORTS, rules=RULES, overrides=OVERRIDES, points=POINTS)
def test_last_word_on_the_whole_score_is_the_score(some, rules, overrides, points):
    found = score(some, rules, [*overrides, said(points)])

    assert found.points == points
    assert found.is_decided


@given(some=REPORTS, rules=RULES, texts=st.lists(st.text(), max_size=3))
def test_comments_change_no_score_and_are_all_kept(some, rules, texts):
    comments = [said(None, reason=text) for text in texts]

    found = score(some, rules, comments)

    assert found.points == score(some, rules).points
    assert [one.reason for one in found.overrides] == texts


@given(some=REPORTS, rules=RULES)
def test_override_of_somebody_else_changes_nothing(some, rules):
    other = replace(said(99), student="bob")

    assert score(some, rules, [other]) == score(some, rules)


def why(found):
    return [(step.why.template, step.change) for step in found.steps]


def test_part_that_counts_in_full_or_not_at_all_loses_the_rest():
    rules = Rules(all_or_nothing=("p",))

    found = score(report("PASSED", "PASSED", "FAILED", "PASSED"), rules)

    assert why(found) == [("checks", 6), ("{part} counts in full or not at all", -4)]


def test_cap_of_a_part_takes_what_is_over_it():
    found = score(report("PASSED", "PASSED"), Rules(caps={"p": 3}))

    assert why(found) == [("checks", 4), ("{part} counts at most {cap}", -1)]
    assert found.most == 3


def test_extra_credit_is_beyond_what_is_to_be_had():
    found = score(report("PASSED", "PASSED"), Rules(extra_credit=("p/test_1",)))

    assert why(found) == [("checks", 2), ("extra credit", 2)]
    assert found.most == 2


def test_late_days_cost_percents_of_what_was_earned():
    rules = Rules(late=Late(percent_per_day=15, grace_days=1, most_percent=50))

    found = score(report("PASSED", "PASSED", late_days=2.1), rules)

    assert found.points == Decimal("2.8")
    assert found.steps[-1].why.values == {"days": "2", "percent": "30"}


def test_late_days_never_cost_more_than_the_most():
    rules = Rules(late=Late(percent_per_day=15, most_percent=50))

    found = score(report("PASSED", late_days=9), rules)

    assert found.points == 1


@pytest.mark.parametrize(
    ("seconds", "days"),
    [(0, 0), (-5, 0), (1, 0), (DAY, 0), (DAY + 1, 1), (3 * DAY, 2)],
)
def test_days_count_when_they_begin_and_after_those_of_grace(seconds, days):
    assert late_days(seconds, Late(grace_days=1)) == days


def test_override_of_a_check_counts_for_its_part():
    rules = Rules(all_or_nothing=("p",))

    found = score(report("PASSED", "FAILED"), rules, [said(2, "p/test_1")])

    assert why(found) == [("checks", 2), ("{author} set {check}: {reason}", 2)]


def test_our_fault_gives_no_score():
    assert score(report("PASSED", "GRADER_ERROR")).points is None


@pytest.mark.parametrize("check", ["", "p/test_1"], ids=["whole", "check"])
def test_our_fault_gives_a_score_when_a_person_decides(check):
    found = score(report("PASSED", "GRADER_ERROR"), said=[said(2, check)])

    assert found.points == (2 if check == "" else 4)


@pytest.mark.parametrize(
    ("number", "text"), [("2", "2"), ("2.80", "2.8"), ("10", "10"), ("0.00", "0")]
)
def test_number_is_shown_plainly(number, text):
    assert plain_number(Decimal(number)) == text
