"""Given files: parts import them, and they come from the release alone."""

import pytest

from autograder.catalog import Assignment
from autograder.errors import CatalogError
from autograder.grading import grade
from autograder.intake import find_submissions
from autograder.model import Verdict
from autograder.official import run_checks
from autograder.release import known
from autograder.release.publish import rendered
from autograder.run import own_run

PART = '''\
"""Add and double numbers."""

from .factor import FACTOR


def add(a, b):
    """Return the sum."""
    return a + b


def twice(a):
    """Return the double."""
    return FACTOR * a
'''
OURS, THEIRS = "FACTOR = 2\n", "FACTOR = 3\n"


@pytest.fixture(scope="module")
def catalog(write_catalog, tmp_path_factory):
    """A catalog whose assignment's part needs a given file."""
    root = tmp_path_factory.mktemp("solutions")
    settings = 'title="t"\ntitle_zh="t"\nparts=["adder"]\nprofile="torch"\n'
    changed = {
        "{id}/adder.py": PART,
        "{id}/factor.py": OURS,
        "{id}/assignment.toml": f'{settings}given=["factor"]\n',
    }
    return write_catalog(root, **changed)


@pytest.fixture
def assignment(catalog) -> Assignment:
    return catalog["a1_tiny"]


@pytest.fixture
def folder(tmp_path):
    """A submission with a factor of its own."""
    (tmp_path / "adder.py").write_text(PART)
    (tmp_path / "factor.py").write_text(THEIRS)
    return tmp_path


@pytest.fixture
def verdicts(catalog, assignment, sandbox):
    """Grade a submission and give its verdicts."""

    def grade_submission(submission):
        report = grade(
            submission,
            assignment,
            release=catalog.release,
            sandbox=sandbox,
            run_checks=run_checks,
        )
        return {result.finding.verdict for result in report.results}

    return grade_submission


def test_release_publishes_a_given_file_byte_for_byte(catalog):
    assert rendered(catalog)["a1_tiny/factor.py"] == OURS.encode()


def test_release_says_which_files_are_given(catalog):
    assert b'given = ["factor"]\n' in rendered(catalog)["a1_tiny/assignment.toml"]


def test_part_imports_a_given_file_that_was_not_handed_in(assignment, verdicts):
    submission = known.reference(assignment)

    assert verdicts(submission) == {Verdict.PASSED}


def test_given_file_of_a_submission_is_not_used(assignment, folder, verdicts):
    [submission] = find_submissions([folder], [assignment])

    assert verdicts(submission) == {Verdict.PASSED}


def test_given_file_of_a_submission_is_not_used_in_a_students_run(assignment, folder):
    opener = own_run(str(folder)).opener(assignment)

    with opener.open(assignment.checks[0]) as opened:
        assert opened.module.twice(21) == 42


def test_given_file_that_a_student_changed_is_said(assignment, folder):
    [submission] = find_submissions([folder], [assignment])

    said = "factor.py is a given file and was not read: ours is used"
    assert submission.notes == (said,)


def test_given_file_that_came_as_it_is_needs_no_word(assignment, folder):
    (folder / "factor.py").write_bytes(OURS.replace("\n", "\r\n").encode())

    [submission] = find_submissions([folder], [assignment])

    assert submission.notes == ()


def test_file_cannot_be_a_part_and_given(write_catalog, tmp_path):
    settings = 'title="t"\ntitle_zh="t"\nparts=["adder"]\nprofile="torch"\n'
    changed = {"{id}/assignment.toml": f'{settings}given=["adder"]\n'}

    with pytest.raises(CatalogError, match="'adder' is a part and given"):
        write_catalog(tmp_path, **changed)


def test_given_file_that_is_missing_is_named(write_catalog, tmp_path):
    settings = 'title="t"\ntitle_zh="t"\nparts=["adder"]\nprofile="torch"\n'
    changed = {"{id}/assignment.toml": f'{settings}given=["factor"]\n'}
    assignment = write_catalog(tmp_path, **changed)["a1_tiny"]

    with pytest.raises(CatalogError, match=r"factor\.py, a given file"):
        assignment.given_sources()
