import pytest
import torch

from autograder.probes import tables


class Cache:
    """Keeps the keys of layer 0."""

    def __init__(self):
        self.keys = torch.zeros(1, 1, 0, 1, dtype=torch.float64)

    def length(self, _):
        return self.keys.shape[2]

    def update(self, _, keys, values):
        self.keys = torch.cat((self.keys, keys), 2)
        return self.keys, values


def call(model, *arguments, **options):
    return model(*arguments, **options)


TABLE = 10.0 * torch.arange(7)[:, None] + torch.arange(3)


def rows(logits):
    """Return which row of the table each row of logits is."""
    return (logits[..., 0] / 10).long().tolist()


def test_logits_follow_from_tokens_and_positions_before():
    bound = tables.bound(call, TABLE)

    # 1*1, then 2*2 more, then 3*3 more.
    logits = bound(torch.tensor([[0, 1, 2]]))

    assert rows(logits) == [[1, 5, 14 % 7]]


def test_logits_follow_from_positions_that_are_given():
    bound = tables.bound(call, TABLE)

    logits = bound(torch.tensor([[0, 0]]), position_ids=torch.tensor([[2, 3]]))

    assert rows(logits) == [[3, 7 % 7]]


@pytest.mark.parametrize("mask", [[[0, 1]], [[0, 1, 1]]], ids=["as long", "longer"])
def test_logits_do_not_follow_from_what_the_mask_hides(mask):
    bound = tables.bound(call, TABLE)

    logits = bound(torch.tensor([[2, 1]]), attention_mask=torch.tensor(mask))

    assert rows(logits) == [[0, 4]]


def test_tokens_beyond_the_mask_are_not_seen():
    bound = tables.bound(call, TABLE)

    logits = bound(torch.tensor([[0, 1]]), attention_mask=torch.tensor([[1]]))

    assert rows(logits) == [[1, 1]]


def test_tokens_of_earlier_calls_are_seen_in_the_cache():
    bound = tables.bound(call, TABLE)
    cache = Cache()

    bound(torch.tensor([[0, 1]]), cache=cache)
    logits = bound(torch.tensor([[2]]), cache=cache)

    assert rows(logits) == [[14 % 7]]


def test_logits_without_memory_follow_from_the_token_alone():
    bound = tables.bound(call, TABLE, has_memory=False)

    assert rows(bound(torch.tensor([[2, 9]]))) == [[2, 2]]


def test_calls_of_the_model_are_told():
    bound = tables.bound(call, TABLE)

    bound(torch.tensor([[0, 1]]))
    with torch.no_grad():
        bound(torch.tensor([[0]]))

    assert tables.calls(bound) == [
        {"n_tokens": 2, "records_gradients": True},
        {"n_tokens": 1, "records_gradients": False},
    ]


def test_generator_is_handed_on_and_shared_by_all_calls():
    def draw(_, generator):
        return torch.rand(3, generator=generator).tolist()

    one, other = (tables.bound(draw, TABLE, seed=5) for _ in range(2))
    first, second = one(), one()

    assert first != second
    assert [other(), other()] == [first, second]


def test_no_generator_is_handed_on_without_a_seed():
    bound = tables.bound(lambda _, **options: options, TABLE)

    assert bound() == {}
