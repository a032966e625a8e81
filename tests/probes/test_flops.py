import torch
from torch import nn

from autograder.probes import flops


def test_linear_layer_costs_two_operations_a_weight_and_row():
    layer = nn.Linear(3, 5, bias=False)

    counts = flops.counted(layer, [[torch.ones(1, 3)], [torch.ones(4, 3)]])

    assert counts == [30, 120]


def test_product_costs_the_same_by_any_name():
    one, other = torch.ones(2, 3, 4), torch.ones(2, 4, 5)
    products = [
        torch.matmul,
        torch.bmm,
        lambda a, b: torch.einsum("bij,bjk->bik", a, b),
    ]

    counts = [flops.counted(product, [[one, other]]) for product in products]

    assert counts == [[240]] * 3


def test_calls_follow_each_other_on_the_same_objects():
    past = []

    def attend(past, new):
        past.append(new)
        return torch.stack(past) @ new[:, None]

    counts = flops.counted(attend, [[past, torch.ones(4)]] * 3)

    assert counts == [8, 16, 24]
