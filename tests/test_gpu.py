"""On a GPU: what is right gets full marks there, too, and mistakes are caught."""

from pathlib import Path

import pytest

from autograder import accelerator
from autograder.catalog import read_catalog
from autograder.errors import UsageError
from autograder.executors.local import LocalExecutor
from autograder.intake import Work
from autograder.release import known
from autograder.sandbox import Isolation

CATALOG = read_catalog(Path(__file__).parent.parent / "solutions").on("cuda")
ON_GPU = [assignment for assignment in CATALOG if assignment.device == "cuda"]


def missing():
    """Why nothing can be graded on a GPU here; empty if it can."""
    try:
        accelerator.require("cuda")
    except UsageError as error:
        return str(error)
    return ""


needs_a_gpu = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture(scope="module")
def grade():
    """Grade some works, and find the reports by their names."""
    with LocalExecutor(Isolation(), release=CATALOG.release, jobs=2) as executor:
        yield lambda works: {each.submission: each for each in executor.map(works)}


def test_assignments_of_models_and_losses_can_be_graded_on_a_gpu():
    assert [each.id for each in ON_GPU] == ["a3_loss", "a4_decoder", "a5_llama"]


@needs_a_gpu
@pytest.mark.parametrize("assignment", ON_GPU, ids=lambda each: each.id)
def test_right_submissions_get_full_marks_on_a_gpu(grade, assignment):
    right = [known.reference(assignment), *known.accepted(assignment)]

    reports = grade([Work(submission=each, assignment=assignment) for each in right])

    lost = {name: each.max_score - each.score for name, each in reports.items()}
    assert lost == dict.fromkeys(lost, 0)
    assert all(" NVIDIA " in f"{each.device} " for each in reports.values())


@needs_a_gpu
@pytest.mark.parametrize("assignment", ON_GPU, ids=lambda each: each.id)
def test_mistakes_are_caught_on_a_gpu(grade, assignment):
    mistakes = known.mistakes(assignment)[::8]
    works = [
        Work(
            submission=known.mistaken(assignment, each),
            assignment=assignment.only(each.part),
        )
        for each in mistakes
    ]

    reports = grade(works)

    assert [
        name for name, each in reports.items() if each.score == each.max_score
    ] == []
