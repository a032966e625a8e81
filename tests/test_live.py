import io

import pytest
from rich.console import Console

from autograder.live import Progress, duration, shown
from autograder.model import Report


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def progress(clock):
    return Progress(["a/alice", "a/bob", "a/\x1b[31mcarl"], jobs=2, clock=clock)


def drawn(progress):
    console = Console(file=io.StringIO(), width=80)
    console.print(progress)
    return console.file.getvalue()


def test_table_shows_what_is_running(progress, clock):
    clock.now = 75

    text = drawn(progress)

    assert text.splitlines()[0] == "0 of 3 done, 0 not in full, 2 running"
    assert "running  a/alice  1 min 15 s" in text
    assert "carl" not in text


def test_next_work_runs_when_one_is_done(progress, clock):
    clock.now = 10
    progress.finish("a/alice", failed=True)
    clock.now = 12

    text = drawn(progress)

    assert text.startswith("1 of 3 done, 1 not in full, 2 running, about 24 s left")
    assert "a/bob" in text
    assert "2 s" in text.splitlines()[2]


def test_table_shows_what_is_said_to_run(clock):
    said = ["a/carol", "a/gone"]
    progress = Progress(
        ["a/alice", "a/bob", "a/carol"], jobs=2, running=lambda: said, clock=clock
    )
    clock.now = 9

    text = drawn(progress)

    assert text.splitlines() == [
        "0 of 3 done, 0 not in full, 1 running",
        "  running  a/carol  9 s",
    ]


def test_name_of_a_submission_cannot_move_the_cursor(progress):
    progress.finish("a/alice", failed=False)

    assert "\x1b" not in drawn(progress)
    assert "[31mcarl" in drawn(progress)


def test_line_stands_for_each_report_without_a_terminal():
    reports = [Report(submission=name, assignment="a", results=()) for name in "xy"]
    lines = []

    found = list(shown(iter(reports), ["a/x", "a/y"], jobs=1, say=lines.append))

    assert found == reports
    assert lines == ["1 of 2: a/x: 0 of 0", "2 of 2: a/y: 0 of 0"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7300, "2 h 1 min")],
)
def test_duration_is_said_as_a_person_does(seconds, text):
    assert duration(seconds) == text
