"""A pool of graders: one report for everybody, whatever happens to one of them."""

import multiprocessing

import pytest

from autograder.batch import grade_batch, our_fault
from autograder.intake import Submission, Work
from autograder.model import Verdict
from autograder.official import run_checks
from autograder.sandbox import Sandbox

RIGHT = "def add(a, b):\n    return a + b\n"
CHECKS = '''\
import os
import signal

import pytest


@pytest.mark.points(1)
def test_adds(submission):
    """Adds."""
    answer = submission.add(1, 2)
    if answer == "kill the grader":  # as a fault of ours would
        os.kill(os.getpid(), signal.SIGKILL)
    assert answer == 3
'''


@pytest.fixture(scope="module")
def reports(write_catalog, tmp_path_factory):
    root = tmp_path_factory.mktemp("fragile")
    changed = {"{id}/public/test_adder.py": CHECKS, "{id}/hidden/test_adder.py": ""}
    catalog = write_catalog(root, "a8_fragile", **changed)
    sources = {
        "alice": RIGHT,
        "bob": RIGHT.replace("a + b", "a - b"),
        "eve": RIGHT.replace("a + b", "'kill the grader'"),
        "zoe": RIGHT,
    }
    works = [
        Work(
            submission=Submission(
                name=name, files={("a8_fragile", "adder"): source.encode()}
            ),
            assignment=catalog["a8_fragile"],
        )
        for name, source in sources.items()
    ]
    with Sandbox.create() as own:
        found = list(
            grade_batch(
                works,
                sandbox=own,
                release=catalog.release,
                run_checks=run_checks,
                jobs=2,
            )
        )
    assert not own.folder.exists()
    return found


def test_batch_reports_once_on_everybody(reports):
    names = sorted(report.submission for report in reports)

    assert names == ["alice", "bob", "eve", "zoe"]


def test_death_of_a_grader_costs_only_the_submission_that_it_held(reports):
    scores = {report.submission: report.score for report in reports}

    assert scores == {"alice": 1, "bob": 0, "eve": None, "zoe": 1}


def test_death_of_a_grader_is_our_fault_and_is_said(reports):
    [report] = [report for report in reports if report.submission == "eve"]

    [result] = report.results
    assert result.finding.verdict is Verdict.GRADER_ERROR
    assert result.finding.message.says == ("the grader died on this submission, twice",)


def test_report_on_our_fault_has_every_check_and_no_score(tiny, catalog):
    submission = Submission(name="a", notes=("said",))

    report = our_fault(
        Work(submission=submission, assignment=tiny), "why", catalog.release
    )

    assert [r.check for r in report.results] == list(tiny.checks)
    assert (report.score, report.max_score) == (None, 6)
    assert report.notes == ("said",)


def test_no_grader_is_at_work_after_a_batch_was_broken_off(tiny, catalog, sandbox):
    hangs = "def add(a, b):\n    while True:\n        pass\n"
    works = [
        Work(
            submission=Submission(
                name=name, files={("a1_tiny", "adder"): source.encode()}
            ),
            assignment=tiny,
        )
        for name, source in {"alice": RIGHT, "bob": hangs}.items()
    ]
    batch = grade_batch(
        works, sandbox=sandbox, release=catalog.release, run_checks=run_checks, jobs=2
    )
    next(batch)

    batch.close()

    assert multiprocessing.active_children() == []
