"""Public checks of RMSNorm.  In shapes, h is the hidden size."""

import math

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from torch.nn.functional import rms_norm

from autograder.kit.allowance import OutputAllowance
from autograder.kit.calling import call
from autograder.kit.compare import assert_parity, assert_tensor, assert_type

SIZES = st.integers(2, 6)
SEEDS = st.integers(0, 99)
LEADING = st.sampled_from([(), (2,), (3, 2), (2, 3, 2)])
EPSILONS = st.sampled_from([1e-5, 1e-6, 1e-2, 0.5])


def normal(seed, *shape):
    """Return a float32 tensor of normal numbers, the same for the same seed."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def build(submission, probes, weight, eps):
    """Return a norm of the submission with these weights."""
    return probes.modules.built(
        submission.RMSNorm, len(weight), eps, weights={"weight": weight}
    )


def assert_norm(actual, x, weight, eps):
    """Compare with torch's own norm in float64, as far as it is off in float32."""
    expected = rms_norm(x.double(), x.shape[-1:], weight.double(), eps)
    honest = rms_norm(x, x.shape[-1:], weight, eps)
    assert_parity(actual, expected, "output", within=OutputAllowance(honest=honest))


@pytest.mark.points(1)
@given(h=SIZES, leading=LEADING)
@example(h=3, leading=(2, 2))
def test_starts_with_weights_of_one_and_keeps_the_shape(submission, probes, h, leading):
    """A new norm has a weight of one for every feature, and keeps the input's shape."""
    norm = call(submission.RMSNorm, h, 1e-5)

    state = probes.modules.state(norm)
    output = call(norm, torch.ones(*leading, h))

    assert_parity(state, {"weight": torch.ones(h)}, "the state dict")
    assert_tensor(output, shape=(*leading, h), dtype=torch.float32, what="output")


@pytest.mark.points(1)
@given(scale=st.sampled_from([10.0, -20.0, 100.0]))
@example(scale=10.0)
def test_divides_by_the_root_of_the_mean_square(submission, probes, scale):
    """The features 1, 7 have the mean square 25, so they are divided by 5."""
    x = torch.tensor([[1.0, 7.0], [-5.0, 5.0]]) * scale

    output = call(build(submission, probes, torch.ones(2), 0.0), x)

    sign = math.copysign(1.0, scale)
    expected = torch.tensor([[0.2, 1.4], [-1.0, 1.0]], dtype=torch.float64) * sign
    honest = (x.double() / (5 * abs(scale))).float()
    assert_parity(output, expected, "output", within=OutputAllowance(honest=honest))


@pytest.mark.points(1)
@given(value=st.sampled_from([200.0, 50.0, -300.0]), h=SIZES)
@example(value=200.0, h=3)
def test_leaves_the_mean_where_it_is(submission, probes, value, h):
    """Equal features come out as ones: a layer norm would make zeros of them."""
    x = torch.full((1, h), value)

    output = call(build(submission, probes, torch.ones(h), 0.0), x)

    expected = torch.full((1, h), math.copysign(1.0, value), dtype=torch.float64)
    allowance = OutputAllowance(honest=expected.float())
    assert_parity(output, expected, "output", within=allowance)


@pytest.mark.points(1)
@given(eps=st.sampled_from([3.0, 0.75, 12.0]), h=SIZES)
@example(eps=3.0, h=2)
@example(eps=0.75, h=3)
def test_adds_its_eps_under_the_root(submission, probes, eps, h):
    """With eps = 3, ones become 1/2, since 1 / sqrt(1 + 3) is; and zeros stay zeros."""
    size = math.sqrt(eps / 3)  # so that the mean square is a third of eps
    x = torch.tensor([[size] * h, [0.0] * h])

    output = call(build(submission, probes, torch.ones(h), eps), x)

    expected = torch.tensor([[0.5] * h, [0.0] * h], dtype=torch.float64)
    allowance = OutputAllowance(honest=expected.float())
    assert_parity(output, expected, "output", within=allowance)


@pytest.mark.points(1)
@given(weight=st.lists(st.sampled_from([2.0, -1.0, 0.5, 0.0]), min_size=2, max_size=4))
@example(weight=[2.0, -1.0, 0.5])
def test_weighs_every_feature(submission, probes, weight):
    """What is normed is multiplied by the weights, one for each feature."""
    x = torch.full((2, len(weight)), 100.0)

    output = call(build(submission, probes, torch.tensor(weight), 0.0), x)

    expected = torch.tensor([weight, weight], dtype=torch.float64)
    allowance = OutputAllowance(honest=expected.float())
    assert_parity(output, expected, "output", within=allowance)


@pytest.mark.points(1)
@given(dtype=st.sampled_from([torch.float32, torch.bfloat16, torch.float16]), h=SIZES)
@example(dtype=torch.bfloat16, h=4)
@example(dtype=torch.float16, h=4)
def test_returns_the_dtype_that_it_was_given(submission, probes, dtype, h):
    """A norm in bfloat16 or float16 gives what the rest of the model is in."""
    x = torch.ones(2, 3, h, dtype=dtype)

    for weight in (torch.ones(h, dtype=dtype), torch.ones(h)):
        output = call(build(submission, probes, weight, 1e-5), x)
        assert_type(output, torch.Tensor, "output")
        assert_tensor(output, shape=(2, 3, h), dtype=dtype, what="output")


@pytest.mark.points(1)
@given(h=SIZES, eps=EPSILONS, scale=st.sampled_from([1.0, 0.01, 100.0]), seed=SEEDS)
@example(h=5, eps=1e-2, scale=0.01, seed=1)
@example(h=6, eps=1e-6, scale=1.0, seed=2)
@example(h=4, eps=0.5, scale=1.0, seed=3)
def test_agrees_with_the_norm_of_torch(submission, probes, h, eps, scale, seed):
    """`torch.nn.functional.rms_norm` gives the same, as far as float32 goes."""
    x = normal(seed, 2, 3, h) * scale
    weight = 1 + 0.5 * normal(seed + 100, h)

    output = call(build(submission, probes, weight, eps), x)

    assert_norm(output, x, weight, eps)
