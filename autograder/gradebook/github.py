"""Exports one submission's failures as GitHub's annotations, a line each.

Whatever came from a submission is escaped, so it can give the runner no command.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograder.gradebook.records import Entry
from autograder.gradebook.told import told
from autograder.letter import said
from autograder.model import CheckResult, Verdict
from autograder.score import plain_number

MOST = 10
"""What GitHub shows of one step."""


def to_annotations(entry: Entry) -> str:
    """Workflow commands: the score, and the first checks that did not pass."""
    return "".join(f"{line}\n" for line in _lines(entry))


def _lines(entry: Entry) -> Iterator[str]:
    report, score = entry.report, entry.score
    points = "none yet" if score.points is None else plain_number(score.points)
    title = _property(f"{report.assignment}: {points} of {score.most} points")
    lost = [r for r in report.results if r.finding.verdict is not Verdict.PASSED]
    yield f"::notice title={title}::{len(lost)} of {len(report.results)} checks to go"
    for result in lost[: MOST - 1]:
        yield _annotation(report.assignment, result)


def _annotation(assignment: str, result: CheckResult) -> str:
    ours = result.finding.verdict is Verdict.GRADER_ERROR
    message = result.finding.message
    where = message.where if message else ""
    file, _, line = (where or f"{assignment}/{result.check.part}.py:1").rpartition(":")
    title = f"{result.check.title.en}: {said(result)}"
    return (
        f"::{'warning' if ours else 'error'} file={_property(f'assignments/{file}')},"
        f"line={_property(line)},title={_property(title)}::{_data(told(result))}"
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
