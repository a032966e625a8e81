"""Entries of a small class, made of verdicts."""

from dataclasses import replace

import pytest

from autograder.gradebook.records import Asked, Entry, Grade, Run
from autograder.message import Words
from autograder.model import (
    Check,
    CheckResult,
    Finding,
    Report,
    Verdict,
    Visibility,
)
from autograder.roster import Student
from autograder.score import score

LETTERS = {
    "p": Verdict.PASSED,
    "f": Verdict.FAILED,
    "r": Verdict.RAISED,
    "n": Verdict.NOT_ATTEMPTED,
    "t": Verdict.TIMED_OUT,
    "e": Verdict.GRADER_ERROR,
}


def check(number):
    return Check(
        part="p",
        name=f"test_check_{number}",
        points=1,
        visibility=Visibility.HIDDEN if number % 2 else Visibility.PUBLIC,
        lesson=Words(en="x", zh="一"),
        title_zh=f"检查{number}",
    )


@pytest.fixture(scope="session")
def make_entry():
    """Make an entry whose checks came to these verdicts, a letter each.

    `changes` are of single findings, by the number of the check.
    """

    def make(letters, student="ada", *, name="", changes=None, rules=None, **fields):
        results = []
        for number, letter in enumerate(letters):
            finding = Finding(verdict=LETTERS[letter], seconds=0.5)
            finding = replace(finding, **(changes or {}).get(number, {}))
            results.append(CheckResult(check=check(number), finding=finding))
        report = Report(
            **{"submission": student, "assignment": "a1_tiny", "isolation": "full"}
            | {"student": student, "results": tuple(results)}
            | fields
        )
        return Entry(
            student=Student(id=student, name=name or student),
            grade=Grade(run=1, place=0, key="k", origin=1, report=report),
            score=score(report, rules),
        )

    return make


@pytest.fixture(scope="session")
def run():
    return Run(
        id=1, asked=Asked(plan="p"), began="2026-11-20T10:00:00+00:00", ended="y"
    )
