import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.feedback import feedback
from autograder.kit.failures import Sentence
from autograder.letter import LONGEST_OUTPUT
from autograder.message import Message, Words
from autograder.model import (
    Check,
    CheckResult,
    Finding,
    Report,
    Verdict,
    Visibility,
)
from autograder.rules import Late, Rules
from autograder.score import Override, score


def result(verdict=Verdict.FAILED, *, hidden=False, says="m", snippet="", output=""):
    return CheckResult(
        check=Check(
            part="p",
            name="test_adds_up",
            points=2,
            visibility=Visibility.HIDDEN if hidden else Visibility.PUBLIC,
            lesson=Words(en="x"),
            title_zh="加得对",
        ),
        finding=Finding(
            verdict=verdict,
            message=Message(headline=Sentence("h"), says=(says,), snippet=snippet),
            output=output,
        ),
    )


def worded(*results, notes=(), language="en"):
    report = Report(submission="a", assignment="a1_tiny", results=results, notes=notes)
    return feedback(report, language)


def outside_of_fences(text):
    """The lines that a Markdown reader takes for text and not for code."""
    fence = None
    for line in text.split("\n"):
        if fence is None:
            if opening := re.match(r" {0,3}(`{3,})", line):
                fence = opening[1]
            else:
                yield line
        elif (closing := re.fullmatch(r" {0,3}(`{3,})\s*", line)) and len(
            closing[1]
        ) >= len(fence):
            fence = None
    assert fence is None


HOSTILE = st.text(st.sampled_from(["`", "~", "\n", "E", " ", "#", "|", "\r", "<"]))


@given(text=HOSTILE)
def test_what_came_from_a_submission_stays_in_its_fence(text):
    honest = worded(result(says="x", snippet="x", output="x"), notes=("x",))

    hostile = worded(
        result(says=f"E{text}", snippet=f"E{text}", output=f"E{text}E"),
        notes=(f"E{text}",),
    )

    assert list(outside_of_fences(hostile)) == list(outside_of_fences(honest))


def test_hidden_check_shows_no_output():
    text = worded(result(hidden=True, output="SECRET"))

    assert "SECRET" not in text


def test_public_check_shows_the_output():
    assert "said" in worded(result(output="said"))


def test_output_is_cut():
    text = worded(result(output="§" * 10 * LONGEST_OUTPUT))

    assert text.count("§") == LONGEST_OUTPUT


def test_passed_check_has_no_details():
    text = worded(result(Verdict.PASSED, says="SECRET", output="SECRET"))

    assert "| adds up | 2 of 2 | passed |" in text
    assert "SECRET" not in text


def test_our_fault_gives_no_score_and_says_so():
    text = worded(result(Verdict.GRADER_ERROR), result(Verdict.PASSED))

    assert text.startswith("# a1_tiny: not graded yet of 4 points\n")
    assert "not your code's fault" in text


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_named_in_words(verdict):
    word = verdict.value.lower().replace("_", " ")

    assert f"| {word} |" in worded(result(verdict))


@pytest.mark.parametrize("verdict", Verdict)
def test_feedback_in_chinese_holds_no_english_words_of_ours(verdict):
    text = worded(result(verdict, output="1"), language="zh")

    ours = text.replace("a1_tiny", "").replace("```text", "").replace("  m", "")
    assert re.findall("[A-Za-z]{2,}", ours) == []
    assert "| 加得对 |" in text


RULES = Rules(caps={"p": 3}, late=Late(percent_per_day=10))


def overridden(**fields):
    said = Override(student="a", assignment="a1_tiny", author="Li", **fields)
    passed = result(Verdict.PASSED)
    report = Report(
        submission="a",
        assignment="a1_tiny",
        results=(passed, passed),
        late_seconds=100,
    )
    worth = score(report, RULES, [said])
    return [feedback(report, language, worth) for language in ("en", "zh")]


def test_feedback_shows_the_arithmetic_in_both_languages():
    english, chinese = overridden(points=Decimal("3.5"), reason="fair")

    assert english.startswith(
        "# a1_tiny: 3.5 of 3 points\n\n```text\n"
        "+ 4    checks\n"
        "- 1    p counts at most 3\n"
        "- 0.3  late, 1 days beyond the grace: 10 %\n"
        "+ 0.8  Li set the score: fair\n"
        "= 3.5  score\n```\n"
    )
    assert re.search("- 0.3  迟交.* 1 天.*10 %", chinese)
    assert "= 3.5  总分\n" in chinese


def test_feedback_without_rules_shows_no_arithmetic():
    assert "```" not in worded(result(Verdict.PASSED))


def test_comment_stands_in_the_feedback_and_in_its_fence():
    english, _ = overridden(reason="look```\nagain")

    assert "Li: look```\ufffdagain" in english
    assert not any("look" in line for line in outside_of_fences(english))


def test_flaky_check_is_said_to_be_no_loss():
    flaky = result(Verdict.FAILED)
    verdicts = (Verdict.PASSED, Verdict.FAILED)

    text = worded(replace(flaky, finding=replace(flaky.finding, verdicts=verdicts)))

    assert "| 2 of 2 | failed, not every time: no loss until a person decides |" in text
