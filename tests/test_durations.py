"""Where the time of grading goes."""

import pytest

from autograder.durations import slowest
from autograder.message import Words
from autograder.model import (
    Check,
    CheckResult,
    Finding,
    Report,
    Verdict,
    Visibility,
)


@pytest.fixture
def make_report():
    """A report of checks that took so many seconds, of so many altogether."""

    def make(altogether, **seconds):
        results = tuple(
            CheckResult(
                check=Check(
                    part="p",
                    name=f"test_{name}",
                    points=1,
                    visibility=Visibility.PUBLIC,
                    lesson=Words(en="x"),
                ),
                finding=Finding(verdict=Verdict.PASSED, seconds=each),
            )
            for name, each in seconds.items()
        )
        return Report(
            submission="alice", assignment="a1", results=results, seconds=altogether
        )

    return make


def test_longest_altogether_comes_first_with_its_share(make_report):
    reports = [make_report(4.0, a=1.0, b=2.0), make_report(6.0, a=0.5, b=4.0)]

    _, first, *_ = slowest(reports, 9)

    assert first == ("6.0", "60%", "4.00", "a1/p/test_b")


def test_what_no_check_took_is_said_too(make_report):
    *_, last = slowest([make_report(2.5, a=2.0)], 9)

    assert last[:3] == ("0.5", "20%", "0.50")
    assert "outside" in last[3]


def test_so_many_are_said_as_were_asked_for(make_report):
    rows = slowest([make_report(6.0, a=1.0, b=2.0, c=3.0)], 2)

    assert [row[3] for row in rows] == ["check", "a1/p/test_c", "a1/p/test_b"]


def test_nothing_that_took_time_divides_nothing(make_report):
    assert list(slowest([make_report(0.0, a=0.0)], 9))[1][1] == "0%"
