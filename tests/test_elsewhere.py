"""Checks whose part computes on another device: nothing of ours needs the CPU.

The device is torch's `meta`: every machine has it, and a tensor of the CPU meets one of
it as it would meet a GPU's.  It has no values, so zeros stand for them on the way back,
and what a check says of those is not looked at.
"""

from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from autograder import plugin
from autograder.catalog import Draws, read_catalog
from autograder.kit.failures import SubmissionRaised
from autograder.model import Verdict
from autograder.run import Run
from autograder.submission import Opened
from autograder.submission.standin import RemoteProbes, StandIn
from autograder.worker.executor import Executor
from autograder.worker.placement import Placement
from autograder.worker.wire import mapped

CATALOG = read_catalog(Path(__file__).parent.parent / "solutions")
ELSEWHERE = "meta"


def filled(value):
    """The value with zeros of the CPU for tensors that have no values."""
    if isinstance(value, Tensor) and value.is_meta:
        return torch.zeros(value.shape, dtype=value.dtype)
    return value


class Conversation:
    """Requests to a part of the reference, which answers from elsewhere."""

    def __init__(self, executor):
        self._executor = executor

    def request(self, op, **what):
        try:
            returned = self._executor._perform({"op": op, **what})  # noqa: SLF001 - values cannot cross, so not `answer`
        except Exception as error:
            raise SubmissionRaised(
                type(error).__name__, str(error), bases=(), frames=()
            ) from error
        return mapped(self._executor._sendable(returned), filled)  # noqa: SLF001 - the same


class Reference:
    """Opens parts of the reference elsewhere."""

    def __init__(self, assignment):
        self._assignment = assignment

    @contextmanager
    def open(self, check):
        executor = Executor(
            self._assignment.folder, "elsewhere", check.part, Placement(ELSEWHERE)
        )
        conversation = Conversation(executor)
        conversation.request("import")
        yield Opened(
            module=StandIn(conversation, check.part), probes=RemoteProbes(conversation)
        )


@pytest.fixture
def loads_weights_without_values(monkeypatch):
    """On a GPU a state dict is copied across devices, which takes values."""
    load = nn.Module.load_state_dict

    def load_filled(module, weights, **options):
        return load(module, {k: filled(v) for k, v in weights.items()}, **options)

    monkeypatch.setattr(nn.Module, "load_state_dict", load_filled)


@pytest.mark.usefixtures("loads_weights_without_values")
def test_no_check_of_a_decoder_layer_needs_its_part_on_the_cpu():
    assignment = CATALOG["a4_decoder"]
    run = Run(
        opener=Reference,
        official=True,
        submission_folder=lambda one: one.folder,
        draws=Draws(seed=CATALOG.release.seed, most_inputs=2),
    )

    plugin.session(run, assignment, assignment.parts)

    found = {check: finding.verdict for (_, check), finding in run.findings.items()}
    assert found.keys() == {check.id for check in assignment.checks}
    assert set(found.values()) <= {Verdict.PASSED, Verdict.FAILED}, found
