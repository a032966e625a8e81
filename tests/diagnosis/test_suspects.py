"""What explains one failure explains the next, where its evidence agrees."""

import tempfile
from pathlib import Path

import pytest

from autograder.diagnosis.clock import Clock
from autograder.diagnosis.evidence import weigh
from autograder.diagnosis.suspects import Suspects
from autograder.submission.standin import Confined

from .weighing import mistaken

ENOUGH, FEW = range(60, 80), range(60, 63)


@pytest.fixture
def suspects(weighing, tmp_path):
    return Suspects(weighing["a1_weighing"], "adder", tmp_path)


@pytest.fixture
def evidence(weighing, suspects, sandbox):
    """What a source answers where it is asked to weigh some numbers."""
    assignment = weighing["a1_weighing"]

    def asked(source, numbers):
        outer = tempfile.mkdtemp(dir=sandbox.folder / "submissions")
        folder = Path(outer) / assignment.id
        folder.mkdir()
        (folder / "adder.py").write_text(source)
        confined = Confined(sandbox, assignment, folder)
        with confined.open(assignment.checks[0]) as opened:
            for number in numbers:
                opened.module.weigh(number, 7)
        return weigh(opened.transcript, suspects.reference)

    return asked


def conclude(suspects, evidence, *earlier):
    return suspects.conclude(evidence, [], Clock(60.0), earlier)


def test_few_inputs_are_enough_for_what_was_found_before(suspects, evidence):
    high = mistaken("sums_high")
    found = conclude(suspects, evidence(high, ENOUGH))

    again = conclude(suspects, evidence(high, FEW), found)

    assert again.cause.mistakes == ("sums_high",)


def test_few_inputs_are_not_enough_alone(suspects, evidence):
    assert conclude(suspects, evidence(mistaken("sums_high"), FEW)).cause is None


def test_what_was_found_before_is_not_the_cause_of_what_it_does_not_do(
    suspects, evidence
):
    found = conclude(suspects, evidence(mistaken("sums_high"), ENOUGH))

    other = conclude(suspects, evidence(mistaken("sums_low"), range(20)), found)

    assert other.cause.mistakes == ("sums_low",)
