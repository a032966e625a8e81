import torch
from torch.utils.checkpoint import checkpoint

from autograder.probes import memory

KIBIBYTE = 1024


def test_peak_is_what_lives_at_one_time():
    def three_one_after_another(x):
        for _ in range(3):
            x.expand(256).clone()
        return x.sum()

    peak = memory.peak_bytes(three_one_after_another, [torch.ones(1)], [])

    assert KIBIBYTE <= peak < 2 * KIBIBYTE


def test_peak_counts_what_is_kept_for_the_backward_pass():
    def kept(x):
        return sum((x.expand(256) * k).exp().sum() for k in range(4))

    peak = memory.peak_bytes(kept, [torch.ones(1)], [0])

    assert peak >= 4 * KIBIBYTE


def test_peak_counts_the_backward_pass():
    x = torch.ones(256)

    forward = memory.peak_bytes(lambda x: (x * x).sum(), [x], [])
    both = memory.peak_bytes(lambda x: (x * x).sum(), [x], [0])

    assert both >= forward + KIBIBYTE


def test_peak_is_lower_where_the_backward_pass_recomputes():
    def one(x, k):
        return (x.expand(256) * k).exp().sum()

    def recomputed(x):
        return sum(checkpoint(one, x, k, use_reentrant=False) for k in range(8))

    def kept(x):
        return sum(one(x, k) for k in range(8))

    x = torch.ones(1)

    assert memory.peak_bytes(recomputed, [x], [0]) < memory.peak_bytes(kept, [x], [0])


def test_views_and_arguments_take_no_memory():
    x = torch.ones(64, 64)

    peak = memory.peak_bytes(lambda x: x.T[1:].reshape(-1, 7, 9)[0, 0, 0], [x.T], [])

    assert peak == 0


def test_peak_is_the_same_each_time():
    def function(x):
        return (x.softmax(-1) @ x.T).logsumexp(-1).sum()

    peaks = {memory.peak_bytes(function, [torch.ones(9, 5)], [0]) for _ in range(5)}

    assert len(peaks) == 1
