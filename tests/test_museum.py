"""Every submission of the museum gets the verdicts that its first line promises."""

import re
from functools import partial
from pathlib import Path

import pytest

from autograder.catalog import read_catalog
from autograder.grading import grade
from autograder.intake import Submission, find_submissions
from autograder.model import Verdict
from autograder.official import run_checks
from autograder.release import known

ROOT = Path(__file__).parent.parent
CATALOG = read_catalog(ROOT / "solutions")
PIECES = [
    pytest.param(assignment, file, id=f"{assignment.id}-{file.stem}")
    for assignment in CATALOG
    for file in sorted((ROOT / "tests" / "submissions" / assignment.id).glob("*.py"))
]


def promised(first_line, names):
    """The verdicts that a first line promises, by name of check; None: any but a pass.

    The grammar is in CONTRIBUTING.md.
    """
    promise = re.fullmatch(r"# promise: (.+)", first_line)
    assert promise, f"expected a promise, got {first_line!r}"
    if promise[1] == "none PASSED":
        return dict.fromkeys(names)
    verdicts = {}
    for clause in promise[1].split("; "):
        verdict, _, listed = clause.partition(" ")
        if verdict in ("all", "rest"):
            verdict, listed = listed, ", ".join(names - verdicts.keys())
        for name in listed.split(", "):
            assert name in names, f"there is no check {name!r}"
            verdicts[name] = Verdict(verdict)
    return verdicts


def of_part(assignment, file):
    """The assignment and the submission that a piece is.

    Where there are several parts, the second line names the one that the piece is; the
    others are right, and not checked.
    """
    second = file.read_text(encoding="utf-8").splitlines()[1]
    if not second.startswith("# part: "):
        [submission] = find_submissions([file], [assignment])
        return assignment, submission
    part = second.removeprefix("# part: ")
    files = known.reference(assignment).files | {
        (assignment.id, part): file.read_bytes()
    }
    return assignment.only(part), Submission(name=file.stem, files=files)


@pytest.mark.parametrize(("assignment", "file"), PIECES)
def test_museum_piece_gets_the_verdicts_that_it_promises(assignment, file, sandbox):
    assignment, submission = of_part(assignment, file)
    first_line = file.read_text(encoding="utf-8").splitlines()[0]
    names = {check.name for check in assignment.checks}

    expected = promised(first_line, names)
    is_right = set(expected.values()) == {Verdict.PASSED}

    report = grade(
        submission,
        assignment,
        release=CATALOG.release,
        sandbox=sandbox,
        run_checks=partial(run_checks, causes=False),  # they change no verdict
        most_inputs=None if is_right else 8,  # what few catch, all catch
    )

    got = {result.check.name: result.finding.verdict for result in report.results}
    wrong = {
        name: f"{verdict}, promised {expected[name] or 'no pass'}"
        for name, verdict in got.items()
        if verdict is not expected[name]
        and (expected[name] or verdict in (Verdict.PASSED, Verdict.GRADER_ERROR))
    }
    assert not wrong


def test_museum_has_an_honest_control_for_every_assignment():
    without = [
        assignment.id
        for assignment in CATALOG
        if not any(
            file.read_text(encoding="utf-8").startswith("# promise: all PASSED")
            for file in (ROOT / "tests" / "submissions" / assignment.id).glob("*.py")
        )
    ]

    assert without == []
