"""Where a part computes: what it is called with is there, and what it gives."""

import os

import pytest
import torch
from torch import nn

from autograder.worker.executor import Executor
from autograder.worker.placement import Placement, open_device
from autograder.worker.wire import Handle, decode

# It has no values, but tensors of it meet those of the CPU as a GPU's do.
ELSEWHERE = "meta"
PART = """\
import torch
from torch import nn


def kinds(*values):
    return [v.device.type if isinstance(v, torch.Tensor) else v for v in values]


def kinds_inside(values):
    return kinds(*values["a"])


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3))
        self.register_buffer("table", torch.ones(3))

    def to(self, *_):
        raise ValueError("my own")


def kinds_of(module):
    return kinds(module.weight, module.table)


def on_the_cpu(x):
    return {"there": [x.shape[0], torch.ones(x.shape)]}


def table(length):
    return torch.ones(length)
"""


@pytest.fixture
def ask(tmp_path):
    """Requests to a part that computes on a device."""
    (tmp_path / "part.py").write_text(PART)

    def ask_on(device):
        executor = Executor(tmp_path, "handed_in", "part", Placement(device))
        answer(executor, "import")
        return lambda name, *args: answer(
            executor, "call", target=got(executor, name), args=list(args), kwargs={}
        )["returned"]

    return ask_on


def answer(executor, op, **what):
    reply = decode(bytearray().join(executor.answer({"id": 0, "op": op, **what})))
    assert "raised" not in reply, reply["raised"]["message"]
    return reply


def got(executor, name):
    return answer(executor, "get", target=None, name=name)["returned"]


@pytest.mark.parametrize("device", ["cpu", ELSEWHERE])
def test_tensors_that_a_part_is_called_with_are_on_its_device(ask, device):
    assert ask(device)("kinds", torch.ones(2), 3) == [device, 3]


def test_tensors_inside_a_value_are_moved_like_others(ask):
    assert ask(ELSEWHERE)("kinds_inside", {"a": (torch.ones(2), 1)}) == [ELSEWHERE, 1]


@pytest.mark.parametrize("device", ["cpu", ELSEWHERE])
def test_module_of_a_part_is_on_its_device(ask, device):
    part = ask(device)

    module = part("Norm")

    assert type(module) is Handle
    assert part("kinds_of", module) == [device, device]


def test_tensor_made_of_tensors_elsewhere_is_named_with_its_place(ask):
    place = r"a tensor on cpu, of inputs on meta at \['there'\]\[1\]"

    with pytest.raises(AssertionError, match=f"returned {place}"):
        ask(ELSEWHERE)("on_the_cpu", torch.ones(2))


def test_tensor_made_of_no_tensor_may_be_on_the_cpu(ask):
    assert ask(ELSEWHERE)("table", 2).tolist() == [1, 1]


def test_nothing_is_moved_on_the_cpu():
    tensor, module = torch.ones(2), nn.Linear(1, 1)

    placement = Placement()

    assert placement.place(tensor) is tensor
    assert placement.place(module) is module


def test_opening_the_cpu_changes_no_environment(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")

    assert open_device("cpu", "1") == ""

    assert os.environ["CUDA_VISIBLE_DEVICES"] == "3"


def test_device_that_torch_cannot_compute_on_is_an_error(monkeypatch):
    for name in ("CUDA_VISIBLE_DEVICES", "CUBLAS_WORKSPACE_CONFIG"):
        monkeypatch.setenv(name, "")  # and as it was, afterwards

    with pytest.raises((RuntimeError, AssertionError), match="CUDA"):
        open_device("cuda", "none")
