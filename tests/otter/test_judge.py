"""What is taken for the submission, and that a failing judge is never a score."""

import pytest

from autograder.otter.judge import JudgeError, judge, quarantine
from autograder.otter.layout import ENTRY, Settings

SETTINGS = Settings(assignment="a9_sums", release="2026-test", points=10, seconds=300.0)
SKIPPED = '''\
import pytest


@pytest.mark.points(1)
def test_skips(submission):
    """A skip is no pass."""
    pytest.skip("not today")
'''


@pytest.fixture
def submission(tmp_path):
    """Otter's folder, with what Otter itself puts there."""
    folder = tmp_path / "submission"
    (folder / "tests").mkdir(parents=True)
    (folder / "tests" / "not_graded.py").touch()
    (folder / ENTRY).write_text("{}")
    (folder / "__init__.py").touch()
    return folder


def names(folder):
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*"))


def test_quarantine_leaves_otter_nothing_but_its_own(submission):
    for name in ("add.py", ".OTTER_LOG", "x.ipynb"):
        (submission / name).touch()
    (submission / "otter").mkdir()
    (submission / "__init__.py").write_text("1 / 0")

    quarantine(submission)

    assert names(submission) == [ENTRY, "tests", "tests/not_graded.py"]


def test_quarantine_holds_one_submission_whatever_its_folders(submission):
    for name in ("me", "you"):
        (submission / name).mkdir()
        (submission / name / "add.py").touch()

    handed_in = quarantine(submission)

    assert names(handed_in) == ["me", "me/add.py", "you", "you/add.py"]


def test_quarantine_hands_a_single_source_on_by_its_name(submission):
    (submission / "my_work.py").touch()

    handed_in = quarantine(submission)

    assert handed_in.name == "my_work.py"


def test_quarantine_follows_no_link_to_a_single_source(submission, course):
    reference = course["a9_sums"].module_file("add")
    (submission / "add.py").symlink_to(reference)

    handed_in = quarantine(submission)

    assert handed_in.name == "submission"


def test_quarantine_refuses_to_mix_two_submissions(submission):
    quarantine(submission)

    with pytest.raises(FileExistsError):
        quarantine(submission)


def test_judge_fails_when_it_takes_too_long(course):
    settings = Settings(
        assignment="a9_sums", release="2026-test", points=10, seconds=0.0
    )

    with pytest.raises(JudgeError, match="took over 0 seconds"):
        judge(course["a9_sums"].folder, course.root, settings)


def test_judge_fails_when_there_is_no_such_assignment(course, tmp_path):
    with pytest.raises(JudgeError, match="exit status 2"):
        judge(course["a9_sums"].folder, tmp_path, SETTINGS)


def test_judge_fails_when_a_check_fails_on_our_side(write_catalog, tmp_path):
    changed = {"{id}/hidden/test_adder.py": SKIPPED}
    catalog = write_catalog(tmp_path, **changed)
    settings = Settings(
        assignment="a1_tiny", release="test-release", points=2, seconds=300.0
    )

    with pytest.raises(JudgeError, match="exit status 3"):
        judge(catalog["a1_tiny"].folder, catalog.root, settings)


def test_judge_fails_when_not_all_points_could_be_earned(course):
    settings = Settings(
        assignment="a9_sums", release="2026-test", points=11, seconds=300.0
    )

    with pytest.raises(JudgeError, match="a score of 11 points, got 10 of 10"):
        judge(course["a9_sums"].folder, course.root, settings)
