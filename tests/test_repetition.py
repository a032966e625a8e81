"""A check that runs several times: what its verdicts come to."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from autograder.grading import Ran, grade, merged
from autograder.intake import Submission
from autograder.model import Finding, Verdict


def findings(*verdicts):
    return [Finding(verdict=Verdict(verdict), seconds=1.0) for verdict in verdicts]


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        ("PASSED PASSED", "PASSED"),
        ("PASSED FAILED", "FAILED"),
        ("TIMED_OUT PASSED FAILED", "TIMED_OUT"),
        ("FAILED GRADER_ERROR", "GRADER_ERROR"),
    ],
)
def test_repetitions_come_to_the_worst_verdict_and_all_are_kept(verdicts, verdict):
    found = merged(findings(*verdicts.split()))

    assert found.verdict == verdict
    assert found.verdicts == tuple(verdicts.split())


def test_single_run_is_no_repetition():
    [alone] = findings("FAILED")

    assert merged([alone]) == alone


def test_seconds_of_repetitions_add_up():
    assert merged(findings("PASSED", "PASSED")).seconds == 2.0


def test_memory_of_repetitions_is_the_most_of_one():
    passed, failed = findings("PASSED", "FAILED")

    found = merged([replace(passed, peak_bytes=3), replace(failed, peak_bytes=2)])

    assert found.peak_bytes == 3


@pytest.fixture
def repeated(tiny, catalog, tmp_path):
    """Grade where the first check comes to other verdicts each time."""
    (tmp_path / "submissions").mkdir()

    def repeat(*verdicts):
        left = findings(*verdicts)

        def run(assignment, folder, sandbox, *, draws, parts):  # noqa: ARG001 - its interface
            rest = {check.id: findings("PASSED")[0] for check in assignment.checks}
            first = {assignment.checks[0].id: left.pop(0)}
            return Ran(findings=rest | first, tiers=frozenset(["full"]))

        return grade(
            Submission(name="a", files={(tiny.id, "adder"): b""}),
            tiny,
            release=catalog.release,
            sandbox=SimpleNamespace(folder=tmp_path),
            run_checks=run,
            repeat=len(verdicts),
        )

    return repeat


def test_check_that_is_now_passed_and_now_not_is_reported_as_flaky(repeated):
    report = repeated("PASSED", "FAILED", "PASSED")

    assert [r.check.name for r in report.results if r.is_flaky] == [
        "test_adds_small_numbers"
    ]
    assert report.score == report.max_score


def test_check_that_fails_each_time_is_not_flaky(repeated):
    report = repeated("FAILED", "FAILED")

    assert not any(result.is_flaky for result in report.results)
    assert report.score == report.max_score - 1
