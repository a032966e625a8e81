import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.cause import Cause
from autograder.errors import UsageError
from autograder.kit.failures import Difference, Frame, Places, Sentence
from autograder.message import Message, Words
from autograder.model import (
    Check,
    CheckResult,
    Finding,
    Report,
    Verdict,
    Visibility,
)
from autograder.report import from_json, to_json

SECONDS = st.integers(0, 10**6).map(lambda n: n / 1000)
TEXT = st.text(st.characters(codec="utf-8"))
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
NUMBERS = st.lists(st.integers(0, 99), max_size=3).map(tuple)
WORDS = st.builds(Words, en=TEXT, zh=TEXT)
SENTENCES = st.builds(
    Sentence, template=TEXT, values=st.dictionaries(TEXT, TEXT, max_size=2)
)
CAUSES = st.builds(
    Cause,
    mistakes=TEXTS,
    hint=TEXT,
    hint_zh=TEXT,
    agreed=st.integers(0, 99),
    of=st.integers(0, 99),
)
DIFFERENCES = st.builds(
    Difference,
    kind=TEXT,
    what=TEXT,
    expected=TEXT,
    got=TEXT,
    n_wrong=st.none() | st.integers(0, 99),
    n_values=st.none() | st.integers(0, 99),
    largest_error=st.none() | SECONDS,
    allowed=st.none() | SECONDS,
    places=st.lists(
        st.builds(Places, axis=TEXT, right=NUMBERS, wrong=NUMBERS), max_size=2
    ).map(tuple),
    remark=st.none() | SENTENCES,
    in_full=st.none() | st.tuples(TEXT, TEXT),
)
MESSAGES = st.builds(
    Message,
    headline=SENTENCES,
    part=TEXT,
    where=TEXT,
    inputs=TEXTS,
    difference=st.none() | DIFFERENCES,
    says=TEXTS,
    frames=st.lists(
        st.builds(Frame, file=TEXT, line=st.integers(0, 99), function=TEXT), max_size=2
    ).map(tuple),
    cause=st.none() | CAUSES,
    searched=st.booleans(),
    lesson=st.none() | WORDS,
    hints=st.lists(WORDS, max_size=2).map(tuple),
    again=TEXT,
    snippet=TEXT,
)
RESULTS = st.builds(
    CheckResult,
    check=st.builds(
        Check,
        part=TEXT,
        name=TEXT,
        points=st.integers(0, 50),
        visibility=st.sampled_from(Visibility),
        lesson=WORDS,
        title_zh=TEXT,
        hints=st.lists(WORDS, max_size=2).map(tuple),
    ),
    finding=st.builds(
        Finding,
        verdict=st.sampled_from(Verdict),
        message=st.none() | MESSAGES,
        seconds=SECONDS,
        peak_bytes=st.integers(0, 1 << 40),
        output=TEXT,
        cause=st.none() | CAUSES,
        verdicts=st.lists(st.sampled_from(Verdict), max_size=3).map(tuple),
    ),
)
REPORTS = st.builds(
    Report,
    submission=TEXT,
    assignment=TEXT,
    results=st.lists(RESULTS, max_size=4).map(tuple),
    notes=st.lists(TEXT, max_size=3).map(tuple),
    isolation=TEXT,
    digest=TEXT,
    release=TEXT,
    versions=st.dictionaries(TEXT, TEXT, max_size=3),
    seconds=SECONDS,
    student=TEXT,
    attempt=st.integers(1, 9),
    late_seconds=SECONDS,
    canvas_id=TEXT,
    **dict.fromkeys(
        (
            "checks_digest",
            "seed_digest",
            "device",
            "graded_at",
            "submitted_at",
            "identical_to",
        ),
        TEXT,
    ),
)


def result(verdict, points=1):
    return CheckResult(
        check=Check(
            part="p",
            name="test_x",
            points=points,
            visibility=Visibility.PUBLIC,
            lesson=Words(en="x"),
        ),
        finding=Finding(verdict=verdict),
    )


def report(*results):
    return Report(submission="alice", assignment="a1_tiny", results=results)


@given(report=REPORTS)
def test_report_survives_the_round_trip(report):
    assert from_json(to_json(report)) == report


def test_report_that_is_older_than_what_was_added_is_read():
    some = report(result(Verdict.PASSED))
    document = json.loads(to_json(some))
    del document["checks"][0]["peak_bytes"], document["canvas_id"]

    assert from_json(json.dumps(document)) == some


def test_json_ends_with_one_line_break_and_sorts_its_keys():
    text = to_json(report(result(Verdict.PASSED)))

    assert text.endswith("}\n")
    assert list(json.loads(text)) == sorted(json.loads(text))


def test_score_is_the_sum_of_what_passed():
    some = report(result(Verdict.PASSED, 3), result(Verdict.FAILED, 4))

    assert (some.score, some.max_score) == (3, 7)


def test_score_is_null_when_a_check_was_our_fault():
    some = report(result(Verdict.PASSED, 3), result(Verdict.GRADER_ERROR, 4))

    assert json.loads(to_json(some))["score"] is None


@pytest.mark.parametrize("verdict", [v for v in Verdict if v is not Verdict.PASSED])
def test_nothing_but_a_pass_earns_points(verdict):
    assert result(verdict, 5).earned == 0


@pytest.mark.parametrize(
    ("verdicts", "earned"),
    [
        ("PASSED FAILED", 5),
        ("FAILED FAILED", 0),
        ("FAILED RAISED", 5),
        ("PASSED PASSED", 5),
    ],
)
def test_check_that_is_flaky_is_nobodys_loss(verdicts, earned):
    verdicts = tuple(map(Verdict, verdicts.split()))
    worst = max(verdicts, key=lambda verdict: verdict is not Verdict.PASSED)

    some = result(worst, 5)
    some = replace(some, finding=replace(some.finding, verdicts=verdicts))

    assert some.earned == earned


def test_check_that_was_our_fault_once_is_not_flaky():
    some = result(Verdict.GRADER_ERROR, 5)
    verdicts = (Verdict.PASSED, Verdict.GRADER_ERROR)

    some = replace(some, finding=replace(some.finding, verdicts=verdicts))

    assert not some.is_flaky
    assert some.earned == 0


def changed(**fields):
    return json.dumps(json.loads(to_json(report(result(Verdict.PASSED)))) | fields)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="not_json"),
        pytest.param("[]", id="list"),
        pytest.param('"x"', id="text"),
        pytest.param("null", id="null"),
        pytest.param("{}", id="no_schema"),
        pytest.param(changed(schema="autograder.report/2"), id="other_schema"),
        pytest.param(changed(checks=[{}]), id="check_without_fields"),
        pytest.param(changed(checks=None), id="no_checks"),
        pytest.param(changed(checks=[None]), id="null_check"),
    ],
)
def test_reader_refuses_what_is_no_report(text):
    with pytest.raises(UsageError, match=r"report"):
        from_json(text)


def test_reader_refuses_an_unknown_verdict():
    text = to_json(report(result(Verdict.PASSED))).replace("PASSED", "WON")

    with pytest.raises(UsageError, match="WON"):
        from_json(text)
