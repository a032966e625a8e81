import pytest
import torch
from torch import nn

from autograder.probes import layers


class Halving(nn.Module):
    def forward(self, hidden_states, position_embeddings, attention_mask, cache):  # noqa: ARG002 - as layers are called
        return hidden_states / 2


class Stack(nn.Module):
    """A model of two layers, the first of which gets other arguments by name."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Module()
        self.inner.layers = nn.ModuleList([Halving(), Halving()])

    def forward(self, x, mask=None, cache=None):
        turns = (torch.ones(1, 1, 2), torch.zeros(1, 1, 2))
        first, second = self.inner.layers
        x = first(x, turns, attention_mask=mask, cache=cache)
        return second(x, turns, mask, None)


class Cache:
    def __init__(self):
        self.updates = []

    def update(self, layer_idx, keys, values):  # noqa: ARG002 - as caches are called
        self.updates.append((layer_idx, tuple(keys.shape)))


ADDED = [torch.tensor([1.0, 0.0]), torch.tensor([0.0, 8.0])]


def test_layers_that_are_shifted_add_constants():
    model = Stack()

    layers.shifted(model, "inner.layers", ADDED)

    assert model(torch.full((1, 1, 2), 4.0)).tolist() == [[[1.5, 9.0]]]


def test_layers_that_are_shifted_take_no_other_arguments():
    model = Stack()
    layers.shifted(model, "inner.layers", ADDED)

    with pytest.raises(TypeError, match="past_key_values"):
        model.inner.layers[0](torch.ones(1, 1, 2), None, past_key_values=None)


def test_witnesses_double_and_add():
    x = torch.full((1, 1, 2), 4.0)

    [found] = layers.witnessed(Stack(), "inner.layers", ADDED, [{"x": x}])

    assert found["result"].tolist() == [[[18.0, 24.0]]]


def test_witnesses_tell_what_they_are_called_with():
    x, mask = torch.ones(2, 1, 2), torch.ones(2, 1)
    cache = Cache()

    [found] = layers.witnessed(
        Stack(), "inner.layers", ADDED, [{"x": x, "mask": mask, "cache": cache}]
    )

    first, second = found["layers"]
    assert [first["index"], second["index"]] == [0, 1]
    assert torch.equal(first["hidden_states"], x)
    assert first["cos"].shape == (2, 1, 2)
    assert torch.equal(second["attention_mask"], mask)
    assert [first["cache"], second["cache"]] == [True, False]


def test_witnesses_fill_the_cache_that_they_get():
    cache = Cache()

    layers.witnessed(
        Stack(), "inner.layers", ADDED, [{"x": torch.ones(2, 3, 2), "cache": cache}]
    )

    assert cache.updates == [(0, (2, 1, 3, 2))]


def test_witnesses_tell_of_every_call_by_itself():
    calls = [{"x": torch.ones(1, 1, 2)}, {"x": torch.ones(1, 2, 2)}]

    found = layers.witnessed(Stack(), "inner.layers", ADDED, calls)

    shapes = [tuple(each["layers"][0]["hidden_states"].shape) for each in found]
    assert shapes == [(1, 1, 2), (1, 2, 2)]
