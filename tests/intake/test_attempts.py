"""Several submissions of one student: their order in time, and which are kept."""

from datetime import UTC, datetime

import pytest

from autograder.errors import UsageError
from autograder.roster import Roster, Student

ROSTER = Roster(students=(Student(id="alice", email="a@uni.example"),))
METADATA = """\
submission_1:
  :submitters:
  - :name: Ann
    :sid: '1'
  :created_at: 2026-11-30 12:00:00 Z
submission_2:
  :submitters:
  - :name: Ann
    :sid: '1'
  :created_at: 2026-11-30 14:00:00 +08:00
"""


@pytest.fixture
def twice(put):
    """Two folders of one student, the second one written first."""
    put("second/alice/adder.py", content=b"second = 2\n")
    put("first/alice/adder.py", content=b"first = 1\n")
    return put() / "first", put() / "second"


def sources(found):
    return [source for s in found.submissions for source in s.files.values()]


def test_latest_is_the_one_of_the_later_path(take, twice):
    found = take(*twice, roster=ROSTER)

    assert sources(found) == [b"second = 2\n"]
    assert [(s.name, s.attempt) for s in found.submissions] == [("alice", 2)]


@pytest.mark.parametrize("keep", ["best", "all"])
def test_every_attempt_is_kept_under_a_name_of_its_own(take, twice, keep):
    found = take(*twice, roster=ROSTER, keep=keep)

    assert [(s.student, s.attempt, s.name) for s in found.submissions] == [
        ("alice", 1, "alice-attempt-1"),
        ("alice", 2, "alice-attempt-2"),
    ]


def test_only_attempt_keeps_its_name(take, put):
    [submission] = take(put("alice/adder.py"), keep="all").submissions

    assert (submission.name, submission.attempt) == ("alice", 1)


def test_times_count_before_the_order_of_names(take, put):
    put("submission_metadata.yml", content=METADATA.encode())
    put("submission_1/adder.py", content=b"later = 1\n")
    folder = put("submission_2/adder.py")

    found = take(folder)

    assert sources(found) == [b"later = 1\n"]


def test_two_of_one_name_are_not_one_student_unless_somebody_says_so(take, twice):
    with pytest.raises(UsageError, match=r"are named 'alice'.*--roster"):
        take(*twice)


def test_two_of_one_student_without_an_order_are_refused(take, put):
    folder = put("alice/adder.py", "a@uni.example/adder.py")

    with pytest.raises(UsageError, match="nothing says which is the later"):
        take(folder, roster=ROSTER)


def test_due_time_that_changes_nothing_is_said(take, put):
    found = take(put("alice/adder.py"), due=datetime.now(UTC))

    assert found.said == ["1 submissions have no time: --due says nothing of them"]
