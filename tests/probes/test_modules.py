import sys
from types import ModuleType

import pytest
import torch
from torch import nn

from autograder.probes import modules


class Scale(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.unused = nn.Parameter(torch.ones(1))

    def forward(self, x, offset=0):
        return x * self.weight + offset


WEIGHTS = {"weight": torch.tensor([2.0, 3.0]), "unused": torch.ones(1)}


def test_built_module_has_the_weights_in_their_dtype():
    half = {name: weight.half() for name, weight in WEIGHTS.items()}

    found = modules.state(modules.built(Scale, 2, weights=half))

    assert found["weight"].dtype == torch.float16
    assert found["weight"].tolist() == [2.0, 3.0]


@pytest.mark.parametrize("training", [False, True])
def test_built_module_is_set_to_what_is_asked(training):
    assert modules.built(Scale, 2, training=training).training is training


@pytest.mark.parametrize(
    "weights",
    [{"weight": torch.ones(2)}, WEIGHTS | {"bias": torch.ones(2)}],
    ids=["missing", "unexpected"],
)
def test_built_module_refuses_weights_of_other_names(weights):
    with pytest.raises(RuntimeError, match="state_dict"):
        modules.built(Scale, 2, weights=weights)


def test_shapes_are_told_of_all_that_a_module_holds():
    found = modules.shapes(modules.built(Scale, 2))

    assert found == {"weight": (2,), "unused": (1,)}


def test_built_module_has_zeros_for_other_parameters_when_it_may_have_some():
    module = modules.built(Scale, 2, weights={"weight": torch.ones(2)}, strict=False)

    assert modules.state(module)["unused"].tolist() == [0.0]


def test_gradients_are_told_of_arguments_and_parameters():
    module = modules.built(Scale, 2, weights=WEIGHTS)
    x = torch.tensor([5.0, 7.0])

    found = modules.gradients(module, torch.tensor([1.0, 10.0]), x, offset=1)

    assert found["result"].tolist() == [11.0, 22.0]
    assert [each.tolist() for each in found["arguments"]] == [[2.0, 30.0]]
    assert found["parameters"]["weight"].tolist() == [5.0, 70.0]
    assert found["parameters"]["unused"] is None


def test_gradients_do_not_add_up_over_calls():
    module = modules.built(Scale, 2, weights=WEIGHTS)
    call = (module, torch.ones(2), torch.ones(2))

    first, second = modules.gradients(*call), modules.gradients(*call)

    assert first["parameters"]["weight"].equal(second["parameters"]["weight"])


def test_copied_module_is_another():
    module = modules.built(Scale, 2, weights=WEIGHTS)

    other = modules.copied(module)
    with torch.no_grad():
        other.weight.zero_()

    assert module.weight.tolist() == [2.0, 3.0]


def test_configuration_is_made_of_the_file_beside_the_submission(monkeypatch):
    given = ModuleType("handed_in.config")
    given.Config = dict
    monkeypatch.setitem(sys.modules, "handed_in", ModuleType("handed_in"))
    monkeypatch.setitem(sys.modules, "handed_in.config", given)
    neighbour = type("Layer", (), {"__module__": "handed_in.layer"})

    assert modules.made(neighbour, "config.Config", {"size": 3}) == {"size": 3}
