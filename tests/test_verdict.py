import pytest

from autograder.kit.failures import (
    CheckFailed,
    Sentence,
    SubmissionLost,
    SubmissionRaised,
)
from autograder.message import Words
from autograder.model import Check, Verdict, Visibility
from autograder.verdict import conclude

CHECK = Check(
    part="adder",
    name="test_adds",
    points=1,
    visibility=Visibility.PUBLIC,
    lesson=Words(en="Adds."),
)
STUB = "a1_tiny: implement add"


@pytest.fixture
def verdict(tiny):
    """Conclude from what ended a check of the small assignment."""

    def of(error, *, official=True):
        finding = conclude(error, CHECK, assignment=tiny, official=official)
        return finding.verdict

    return of


def failed():
    return CheckFailed("wrong value", what="x", expected="3", got="4")


def plain_assert():
    with pytest.raises(AssertionError) as caught:
        assert [] == [1]
    return caught.value


def assert_in_a_library():
    code = compile("assert False", "/library/module.py", "exec")
    with pytest.raises(AssertionError) as caught:
        exec(code)  # noqa: S102 - the example's own code
    return caught.value


ANYWHERE = {
    "wrong_answer": (failed(), Verdict.FAILED),
    "plain_assert": (plain_assert(), Verdict.FAILED),
    "raised": (SubmissionRaised("KeyError", "x"), Verdict.RAISED),
    "hung": (SubmissionLost(Sentence("x"), timed_out=True), Verdict.TIMED_OUT),
    "died": (SubmissionLost(Sentence("x"), timed_out=False), Verdict.CRASHED),
    "stub_over_the_border": (
        SubmissionRaised("NotImplementedError", STUB),
        Verdict.NOT_ATTEMPTED,
    ),
    "stub_here": (NotImplementedError(STUB), Verdict.NOT_ATTEMPTED),
    "other_stub": (
        SubmissionRaised("NotImplementedError", "a2_x: implement add"),
        Verdict.RAISED,
    ),
    "bare_not_implemented": (
        SubmissionRaised("NotImplementedError", ""),
        Verdict.RAISED,
    ),
    "another_class_with_a_stubs_text": (
        SubmissionRaised("ValueError", STUB),
        Verdict.RAISED,
    ),
    "flaky_answer": (ExceptionGroup("flaky", [failed()]), Verdict.FAILED),
    "flaky_in_two_ways": (
        ExceptionGroup("flaky", [SubmissionRaised("KeyError", "x"), failed()]),
        Verdict.RAISED,
    ),
    "nested_groups": (
        ExceptionGroup("a", [ExceptionGroup("b", [failed()])]),
        Verdict.FAILED,
    ),
}


@pytest.mark.parametrize("official", [True, False], ids=["official", "own"])
@pytest.mark.parametrize("end", ANYWHERE)
def test_end_of_a_check_has_its_verdict(verdict, end, official):
    error, expected = ANYWHERE[end]

    assert verdict(error, official=official) is expected


OURS = {
    "exception_of_the_grader": KeyError("x"),
    "assert_in_a_library": assert_in_a_library(),
    "assert_without_traceback": AssertionError("x"),
    "group_of_ours": ExceptionGroup("flaky", [KeyError("x")]),
    "not_implemented_by_us": NotImplementedError("x"),
    "interrupt": KeyboardInterrupt(),
}


@pytest.mark.parametrize("end", OURS)
def test_exception_of_this_process_is_our_fault_when_official(verdict, end):
    assert verdict(OURS[end]) is Verdict.GRADER_ERROR


@pytest.mark.parametrize("end", OURS)
def test_exception_of_this_process_is_theirs_in_their_own_run(verdict, end):
    assert verdict(OURS[end], official=False) is Verdict.RAISED


def test_finding_keeps_the_time(tiny):
    finding = conclude(failed(), CHECK, assignment=tiny, official=True, seconds=1.5)

    assert finding.seconds == 1.5
