"""Public checks of the rotary position embedding.

In shapes, b is the batch, s the sequence, n_h and n_kv heads, h_d the head dim.
"""

import math

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.kit.allowance import OutputAllowance, RotationAllowance
from autograder.kit.calling import call
from autograder.kit.compare import assert_parity, assert_tensor, assert_type
from autograder.kit.failures import CheckFailed

SEEDS = st.integers(0, 99)
EVEN = st.sampled_from([2, 4, 6, 8])
QUARTER = math.pi / 2
ROUNDINGS = 32
"""How many eps a length or a score may be off; honest ones are off by 4."""


def normal(seed, *shape):
    """Return a float32 tensor of normal numbers, the same for the same seed."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def frequencies(submission, probes, **settings):
    """Return what the submission makes of a configuration."""
    sizes = {"hidden_size": 12, "intermediate_size": 8}
    heads = {"num_attention_heads": 3, "num_key_value_heads": 1}
    config = probes.modules.made(
        submission.inverse_frequencies, "config.DecoderConfig", sizes | heads | settings
    )
    return submission.inverse_frequencies(config)


def assert_frequencies(actual, expected):
    """Compare with numbers of Python's."""
    expected = torch.tensor(expected, dtype=torch.float64)
    allowance = OutputAllowance(honest=expected.float())
    assert_parity(actual, expected, "inverse_frequencies", within=allowance)


def cos_sin(submission, probes, positions, inv_freq):
    """Return what the submission gives for these positions, in float32."""
    answer = probes.dtypes.call(
        submission.rotary_cos_sin, positions, inv_freq, dtype="float32"
    )
    return pair(answer, "the result of rotary_cos_sin")


def rotated(submission, q, k, angles):
    """Return q and k, turned by the submission; angles are `[b, s, h_d/2]`."""
    both = torch.cat((angles, angles), dim=-1)
    answer = call(submission.apply_rotary, q, k, both.cos(), both.sin())
    return pair(answer, "the result of apply_rotary")


def pair(answer, what):
    """Return the two tensors of an answer."""
    assert_type(answer, tuple, what)
    if len(answer) != 2:
        raise CheckFailed("wrong length", what=what, expected="2", got=str(len(answer)))
    return answer


def assert_close(actual, expected, what):
    """Compare with a float64 tensor, as far as rounding it to float32 goes."""
    allowance = OutputAllowance(honest=expected.float())
    assert_parity(actual, expected, what, within=allowance)


@pytest.mark.points(1)
def test_first_pair_turns_fast_and_the_last_slowly(submission, probes):
    """A head of 4 features has 2 pairs: 1 and 0.01 radians a position."""
    inv_freq = frequencies(submission, probes, head_dim=4)

    assert_frequencies(inv_freq, [1.0, 0.01])


@pytest.mark.points(1)
@given(theta=st.sampled_from([100.0, 10000.0, 500000.0]), head_dim=EVEN)
@example(theta=100.0, head_dim=4)
@example(theta=10000.0, head_dim=8)
@example(theta=100.0, head_dim=6)
def test_frequencies_follow_theta_and_head_dim(submission, probes, theta, head_dim):
    """Base and size come from the configuration, and the size is `head_dim`."""
    inv_freq = frequencies(submission, probes, head_dim=head_dim, rope_theta=theta)

    powers = [-2 * i / head_dim for i in range(head_dim // 2)]
    assert_frequencies(inv_freq, [theta**power for power in powers])


@pytest.mark.points(2)
@given(
    factor=st.sampled_from([8.0, 2.0, 32.0]),
    low=st.sampled_from([1.0, 0.5, 2.0]),
    high=st.sampled_from([4.0, 3.0, 8.0]),
)
@example(factor=8.0, low=1.0, high=4.0)
@example(factor=2.0, low=0.5, high=3.0)
def test_scales_three_bands_as_llama_3_does(submission, probes, factor, low, high):
    """Fast pairs stay, slow pairs are `factor` times slower, one lies in between."""
    scaling = {
        "rope_type": "llama3",
        "factor": factor,
        "low_freq_factor": low,
        "high_freq_factor": high,
        "original_max_position_embeddings": 128,
    }

    inv_freq = frequencies(
        submission,
        probes,
        head_dim=8,
        rope_scaling=scaling,
        max_position_embeddings=4096,
    )

    # The second pair turns 128 * 0.1 / (2 * pi) = 2.04 times within the 128 positions.
    share = (12.8 / (2 * math.pi) - low) / (high - low)
    middle = 0.1 * (share + (1 - share) / factor)
    assert_frequencies(inv_freq, [1.0, middle, 0.01 / factor, 0.001 / factor])


@pytest.mark.points(1)
@given(rows=st.integers(1, 3), s=st.integers(1, 4), half=st.integers(1, 3))
@example(rows=2, s=3, half=2)
def test_position_zero_has_cosine_one_and_sine_zero(submission, probes, rows, s, half):
    """Whatever the frequencies: the angle is 0, and cos and sin are `[b, s, h_d]`."""
    positions = torch.zeros(rows, s, dtype=torch.long)

    cos, sin = cos_sin(submission, probes, positions, torch.ones(half))

    for actual, value, what in ((cos, 1.0, "cos"), (sin, 0.0, "sin")):
        expected = torch.full((rows, s, 2 * half), value)
        assert_parity(actual, expected, what)


@pytest.mark.points(1)
@given(first=st.integers(0, 20))
@example(first=0)
@example(first=7)
def test_angles_are_positions_times_frequencies(submission, probes, first):
    """A feature of the second half has the angle of its partner in the first."""
    positions = torch.tensor([[first, first + 1, first + 2]])
    inv_freq = torch.tensor([QUARTER, 0.25])

    cos, sin = cos_sin(submission, probes, positions, inv_freq)

    angles = positions[..., None].double() * inv_freq.double().repeat(2)
    for actual, expected, what in (
        (cos, angles.cos(), "cos"),
        (sin, angles.sin(), "sin"),
    ):
        allowance = RotationAllowance(honest=expected.float(), positions=positions)
        assert_parity(actual, expected, what, within=allowance)


@pytest.mark.points(1)
@given(
    rows=st.lists(
        st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=2, max_size=3
    )
)
@example(rows=[[0, 1, 2], [0, 0, 1]])
@example(rows=[[5, 3, 9], [7, 7, 0]])
def test_every_row_has_positions_of_its_own(submission, probes, rows):
    """Left padding shifts rows, so position_ids differ from row to row."""
    positions = torch.tensor(rows)

    cos, sin = cos_sin(submission, probes, positions, torch.tensor([0.5]))

    angles = positions[..., None].double() * torch.tensor([0.5, 0.5])
    for actual, expected, what in (
        (cos, angles.cos(), "cos"),
        (sin, angles.sin(), "sin"),
    ):
        allowance = RotationAllowance(honest=expected.float(), positions=positions)
        axes = ("row", "position", "feature")
        assert_parity(actual, expected, what, within=allowance, axes=axes)


@pytest.mark.points(1)
@given(n_h=st.integers(1, 3), s=st.integers(1, 3), h_d=EVEN, seed=SEEDS)
@example(n_h=2, s=3, h_d=4, seed=1)
def test_angle_zero_turns_nothing(submission, n_h, s, h_d, seed):
    """With cos = 1 and sin = 0, queries and keys stay as they are."""
    q, k = normal(seed, 2, n_h, s, h_d), normal(seed + 1, 2, n_h, s, h_d)

    turned = rotated(submission, q, k, torch.zeros(2, s, h_d // 2))

    for actual, expected, what in zip(turned, (q, k), ("q", "k"), strict=True):
        assert_close(actual, expected.double(), f"the rotated {what}")


@pytest.mark.points(1)
@given(h_d=st.sampled_from([2, 4, 6]))
@example(h_d=4)
@example(h_d=2)
def test_pairs_a_feature_with_one_of_the_other_half(submission, h_d):
    """A quarter turn makes (-3, -4, 1, 2) of (1, 2, 3, 4)."""
    half = h_d // 2
    q = torch.arange(1.0, h_d + 1).view(1, 1, 1, h_d)

    turned = rotated(submission, q, 10 * q, torch.full((1, 1, half), QUARTER))

    expected = torch.cat((-q[..., half:], q[..., :half]), dim=-1).double()
    assert_close(turned[0], expected, "the rotated q")
    assert_close(turned[1], 10 * expected, "the rotated k")


@pytest.mark.points(1)
@given(m=st.integers(0, 9), n=st.integers(0, 9), shift=st.integers(1, 20), seed=SEEDS)
@example(m=5, n=2, shift=3, seed=1)
def test_scores_depend_on_the_distance_alone(submission, m, n, shift, seed):
    """Query and key shifted alike give the same score, and no length changes."""
    q, k = normal(seed, 1, 1, 1, 4), normal(seed + 1, 1, 1, 1, 4)
    inv_freq = torch.tensor([1.0, 0.125])  # so that no angle is rounded

    scores = []
    for move in (0, shift):
        for place in (m + move, n + move):
            turned = rotated(submission, q, k, inv_freq.view(1, 1, 2) * place)
            for before, after, what in zip((q, k), turned, ("q", "k"), strict=True):
                assert_tensor(after, shape=(1, 1, 1, 4), dtype=q.dtype, what=what)
                length = before.double().norm()
                name = f"the length of the rotated {what}"
                assert_rounded(after.double().norm(), length, length, name)
            scores.append(turned)
    (near, _), (_, near_k), (far, _), (_, far_k) = scores

    here, there = (near.double() * near_k).sum(), (far.double() * far_k).sum()
    largest = q.double().norm() * k.double().norm()
    assert_rounded(there, here, largest, "the score of the shifted query and key")


def assert_rounded(actual, expected, scale, what):
    """Compare two numbers, as far as a rotation in float32 rounds `scale`."""
    error = abs(float(actual - expected))
    if not error <= ROUNDINGS * torch.finfo(torch.float32).eps * scale:
        raise CheckFailed(
            "wrong value", what=what, expected=f"{expected:.6g}", got=f"{actual:.6g}"
        )


@pytest.mark.points(1)
@given(n_h=st.integers(2, 4), s=st.integers(1, 4), seed=SEEDS)
@example(n_h=3, s=2, seed=1)
@example(n_h=3, s=3, seed=2)
def test_turns_every_head_alike(submission, n_h, s, seed):
    """Keys may have fewer heads, and a position turns every head by the same angle."""
    k = normal(seed, 2, 1, s, 4)
    q = k.repeat(1, n_h, 1, 1)
    angles = normal(seed + 1, 2, s, 2).abs()

    turned_q, turned_k = rotated(submission, q, k, angles)

    both = torch.cat((angles, angles), dim=-1)[:, None].double()
    half = torch.cat((-k[..., 2:], k[..., :2]), dim=-1)
    expected = k * both.cos() + half * both.sin()
    assert_close(turned_q, expected.expand(2, n_h, s, 4), "the rotated q")
    assert_close(turned_k, expected, "the rotated k")
