"""The snippet in a message is Python that shows a student what the message tells."""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.catalog import read_catalog
from autograder.grading import grade
from autograder.intake import find_submissions
from autograder.model import Verdict
from autograder.official import run_checks
from autograder.release.publish import rendered, write

ROOT = Path(__file__).parent.parent
CATALOG = read_catalog(ROOT / "solutions")
COLLATOR = CATALOG["a2_collator"]
PIECE = (
    ROOT / "tests" / "submissions" / "a2_collator" / "labels_padded_with_the_pad_id.py"
)


@pytest.fixture(scope="module")
def graded(sandbox):
    [submission] = find_submissions([PIECE], [COLLATOR])
    return grade(
        submission,
        COLLATOR,
        release=CATALOG.release,
        sandbox=sandbox,
        run_checks=run_checks,
    )


@pytest.fixture(scope="module")
def failed(graded):
    """What the check of the labels' padding came to."""
    [finding] = [
        result.finding
        for result in graded.results
        if result.check.name == "test_pads_labels_with_a_value_of_their_own"
    ]
    assert finding.verdict is Verdict.FAILED
    return finding


def test_snippet_prints_the_wrong_value_in_a_students_folder(failed, tmp_path):
    write(rendered(CATALOG), tmp_path / "assignments")
    home = tmp_path / "assignments" / "a2_collator" / "collator.py"
    home.write_text(PIECE.read_text(encoding="utf-8"), encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-c", failed.message.snippet],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    difference = failed.message.difference
    assert "'labels'" in done.stdout
    assert difference.got.strip("[]") in done.stdout
    assert difference.expected.strip("[]") not in done.stdout


def test_snippet_imports_the_part_as_a_student_does(failed):
    first = failed.message.snippet.splitlines()[0]

    assert first == "from assignments.a2_collator.collator import PaddingCollator"


def test_hidden_checks_have_no_snippet(graded):
    hidden = [
        result.finding.message
        for result in graded.results
        if result.check.visibility == "hidden" and result.finding.message
    ]

    assert hidden
    assert not any(message.snippet for message in hidden)
