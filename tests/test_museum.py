"""Every submission of the museum gets the verdicts that its first line promises."""

from functools import partial
from pathlib import Path

import pytest

from autograder.catalog import read_catalog
from autograder.grading import grade
from autograder.model import Verdict
from autograder.official import run_checks
from autograder.release.museum import pieces

ROOT = Path(__file__).parent.parent
CATALOG = read_catalog(ROOT / "solutions")
PIECES = list(pieces(ROOT / "tests" / "submissions", CATALOG))


@pytest.mark.parametrize(
    "piece", PIECES, ids=lambda piece: f"{piece.assignment.id}-{piece.file.stem}"
)
def test_museum_piece_gets_the_verdicts_that_it_promises(piece, sandbox):
    work = piece.work

    report = grade(
        work.submission,
        work.assignment,
        release=CATALOG.release,
        sandbox=sandbox,
        run_checks=partial(run_checks, causes=False),  # they change no verdict
        most_inputs=work.most_inputs,
    )

    broken = piece.broken(report)
    assert not broken, [r.finding for r in report.results if r.check.name in broken]


def test_museum_has_an_honest_control_for_every_assignment():
    honest = {
        piece.assignment.id
        for piece in PIECES
        if set(piece.promise.values()) == {Verdict.PASSED}
    }

    assert honest == {assignment.id for assignment in CATALOG}
