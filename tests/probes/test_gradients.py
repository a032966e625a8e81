import pytest
import torch
from torch.utils.checkpoint import checkpoint

from autograder.probes import gradients


def product(one, other):
    return one * other


def test_gradients_are_those_of_the_inputs_wanted():
    one, other = torch.tensor([2.0, 3.0]), torch.tensor([5.0, 7.0])

    found = gradients.through(product, [one, other], [1])

    assert found["output"].tolist() == [10.0, 21.0]
    assert [gradient.tolist() for gradient in found["gradients"]] == [[2.0, 3.0]]


def test_gradient_starts_with_the_cotangent():
    one, other = torch.tensor([2.0, 3.0]), torch.tensor([5.0, 7.0])

    found = gradients.through(
        product, [one, other], [0, 1], cotangent=torch.tensor([1.0, 10.0])
    )

    assert [gradient.tolist() for gradient in found["gradients"]] == [[5, 70], [2, 30]]


def test_gradients_come_from_every_tensor_of_the_output():
    def both(x):
        return x.square(), {"third": x**3}

    found = gradients.through(both, [torch.tensor(2.0)], [0])

    assert found["gradients"][0].item() == 4.0 + 12.0


def test_output_that_is_cut_has_no_gradient():
    found = gradients.through(torch.Tensor.detach, [torch.ones(2)], [0])

    assert not found["is_attached"]
    assert found["gradients"] == [None]


def test_output_that_is_cut_in_part_is_not_attached():
    found = gradients.through(lambda x: [2 * x, x.detach()], [torch.ones(2)], [0])

    assert not found["is_attached"]
    assert found["gradients"][0].tolist() == [2.0, 2.0]


@pytest.mark.parametrize("value", [2.5, None, "text", torch.tensor(3)])
def test_output_without_floating_tensors_is_not_attached(value):
    found = gradients.through(lambda _: value, [torch.ones(2)], [0])

    assert found == {"output": value, "is_attached": False, "gradients": [None]}


def test_function_may_write_into_its_inputs():
    found = gradients.through(lambda x: x.mul_(3), [torch.ones(2)], [0])

    assert found["gradients"][0].tolist() == [3.0, 3.0]


def test_inputs_are_left_as_they_are():
    x = torch.ones(2)

    gradients.through(lambda x: x.mul_(3), [x], [0])

    assert x.tolist() == [1.0, 1.0]
    assert not x.requires_grad


@pytest.mark.parametrize("use_reentrant", [False, True])
def test_function_may_recompute_in_the_backward_pass(use_reentrant):
    def cube(x):
        return checkpoint(lambda y: y**3, x, use_reentrant=use_reentrant)

    found = gradients.through(cube, [torch.tensor(2.0)], [0])

    assert found["gradients"][0].item() == 12.0


def test_arguments_by_name_reach_the_function():
    found = gradients.through(
        torch.sum, [torch.ones(2, 3)], [0], options={"dim": 1, "keepdim": True}
    )

    assert found["output"].tolist() == [[3.0], [3.0]]


def test_output_that_does_not_fit_the_cotangent_sends_nothing_back():
    found = gradients.through(
        torch.exp, [torch.ones(2)], [0], cotangent=torch.ones(2, 1)
    )

    assert found["is_attached"]
    assert found["gradients"] == [None]
