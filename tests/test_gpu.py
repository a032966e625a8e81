"""On a GPU: what is right gets full marks there, too, and mistakes are caught."""

from pathlib import Path

import pytest
import torch
from datasets import Dataset

from autograder import accelerator
from autograder.catalog import read_catalog
from autograder.errors import UsageError
from autograder.executors.local import LocalExecutor
from autograder.intake import Work
from autograder.kit import tiny_llama
from autograder.kit.records import columns, records
from autograder.release import known
from autograder.run import reference_of
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


@pytest.mark.parametrize(
    "device", ["cpu", pytest.param("cuda", marks=needs_a_gpu)], ids=str
)
def test_fine_tuning_learns_on_a_device_and_computes_in_bf16_on_a_gpu(device, tmp_path):
    finetune = reference_of(CATALOG["a6_finetune"], "finetune")
    model = tiny_llama.folder(tmp_path / "cache")
    rows = Dataset.from_dict(columns(records()[:4]))
    overrides = {"use_cpu": device == "cpu", "num_train_epochs": 4}
    overrides["learning_rate"] = 1e-2

    args = finetune.make_training_arguments(str(tmp_path / "args"), **overrides)
    made = finetune.finetune(str(model), rows, str(tmp_path / "out"), **overrides)

    assert args.device.type == device
    assert args.bf16 == (device == "cuda" and torch.cuda.is_bf16_supported())
    assert made["losses"][-1] < made["losses"][0]
