"""Submissions of a small assignment, graded with all that explains them."""

import pytest

from autograder.grading import grade
from autograder.intake import Submission
from autograder.official import run_checks

from .weighing import FILES


@pytest.fixture(scope="package")
def weighing(write_catalog, tmp_path_factory):
    folder = tmp_path_factory.mktemp("solutions")
    return write_catalog(folder, name="a1_weighing", **FILES)


@pytest.fixture(scope="package")
def found(weighing, sandbox):
    """What each check of a submission with that source comes to, by its short name."""

    def grade_source(source):
        report = grade(
            Submission(name="alice", files={("a1_weighing", "adder"): source.encode()}),
            weighing["a1_weighing"],
            release=weighing.release,
            sandbox=sandbox,
            run_checks=run_checks,
        )
        return {each.check.short_name: each.finding for each in report.results}

    return grade_source
