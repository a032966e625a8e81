"""Hidden checks of the rotary position embedding.

In shapes, b is the batch, s the sequence, n_h and n_kv heads, h_d the head dim.
"""

from functools import cache

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.kit.allowance import (
    GradientAllowance,
    OutputAllowance,
    RotationAllowance,
)
from autograder.kit.calling import call
from autograder.kit.compare import (
    assert_has_keys,
    assert_parity,
    assert_tensor,
    assert_type,
)
from autograder.kit.failures import CheckFailed
from autograder.kit.purity import assert_no_changes, assert_unchanged
from autograder.kit.remember import remembered

SEEDS = st.integers(0, 99)
HALVES = st.sampled_from(["bfloat16", "float16"])
SIZES = {
    "hidden_size": 12,
    "intermediate_size": 8,
    "num_attention_heads": 3,
    "num_key_value_heads": 1,
}


def normal(seed, *shape):
    """Return a float32 tensor of normal numbers, the same for the same seed."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def frequencies(submission, probes, settings):
    """Return what the submission makes of a configuration."""
    config = probes.modules.made(
        submission.inverse_frequencies, "config.DecoderConfig", SIZES | settings
    )
    return submission.inverse_frequencies(config)


def cos_sin(submission, probes, positions, inv_freq, dtype="float32"):
    """Return what the submission gives for these positions."""
    answer = probes.dtypes.call(
        submission.rotary_cos_sin, positions, inv_freq, dtype=dtype
    )
    return pair(answer, "the result of rotary_cos_sin")


def pair(answer, what):
    """Return the two tensors of an answer."""
    assert_type(answer, tuple, what)
    if len(answer) != 2:
        raise CheckFailed("wrong length", what=what, expected="2", got=str(len(answer)))
    return answer


def true_angles(positions, inv_freq):
    """Return the angles in float64, of every feature, `[b, s, h_d]`."""
    angles = torch.einsum("bs,f->bsf", positions.double(), inv_freq.double())
    return torch.cat((angles, angles), dim=-1)


def true_rotation(x, cos, sin):
    """Return `[b, n, s, h_d]` turned feature by feature, in whatever dtype it is."""
    half = x.shape[-1] // 2
    columns = [None] * (2 * half)
    for i in range(half):
        c, s = cos[:, None, :, i], sin[:, None, :, i]
        one, other = x[..., i], x[..., i + half]
        columns[i] = one * c - other * s
        columns[i + half] = other * c + one * s
    return torch.stack(columns, dim=-1)


def assert_rotation(actual, expected, positions, what):
    """Compare a rotation in float32 with float64."""
    allowance = RotationAllowance(honest=expected.float(), positions=positions)
    axes = ("row", "position", "feature")
    assert_parity(actual, expected, what, within=allowance, axes=axes)


@cache
def llama_rotary(settings):
    """Return the rotary embedding of a LLaMA of the library's."""
    from transformers import LlamaConfig, LlamaForCausalLM  # noqa: PLC0415 - takes seconds

    with torch.random.fork_rng(devices=[]):
        config = LlamaConfig(
            **SIZES,
            num_hidden_layers=1,
            vocab_size=3,
            **{
                name: dict(value) if isinstance(value, tuple) else value
                for name, value in settings
            },
        )
        return LlamaForCausalLM(config).model.rotary_emb


@remembered
def library_cos_sin(settings, positions):
    """Return cos and sin of the library's LLaMA, in float32."""
    rotary = llama_rotary(tuple(settings.items()))
    return rotary(torch.zeros(1), positions)


@remembered
def library_frequencies(settings):
    """Return the frequencies of the library's LLaMA, scaled as it scales them."""
    scaling = tuple(settings["rope_scaling"].items())
    return llama_rotary(tuple((settings | {"rope_scaling": scaling}).items())).inv_freq


POSITIONS = st.lists(
    st.lists(st.integers(0, 1000), min_size=3, max_size=3), min_size=1, max_size=3
)


@pytest.mark.points(2)
@given(
    theta=st.sampled_from([10000.0, 100.0, 500000.0]),
    head_dim=st.sampled_from([4, 6, 8]),
    rows=POSITIONS,
    seed=SEEDS,
)
@example(theta=100.0, head_dim=6, rows=[[0, 1, 2], [5, 3, 4]], seed=1)
@example(theta=500000.0, head_dim=8, rows=[[0, 1, 200], [7, 7, 9]], seed=2)
def test_agrees_with_the_rotation_of_a_llama(
    submission, probes, theta, head_dim, rows, seed
):
    """From configuration to rotated queries, all is as in the library's LLaMA."""
    positions = torch.tensor(rows)
    settings = {"head_dim": head_dim, "rope_theta": theta}
    library = library_cos_sin(settings, positions)
    q = normal(seed, len(rows), 3, 3, head_dim)
    k = normal(seed + 1, len(rows), 1, 3, head_dim)
    expected = [true_rotation(x, *library).double() for x in (q, k)]

    inv_freq = frequencies(submission, probes, settings)
    cos, sin = cos_sin(submission, probes, positions, inv_freq)
    actual = pair(call(submission.apply_rotary, q, k, cos, sin), "the rotated pair")

    for one, other, what in zip(actual, expected, ("q", "k"), strict=True):
        allowance = RotationAllowance(honest=other.float(), positions=positions)
        assert_parity(one, other, f"the rotated {what}", within=allowance)


@pytest.mark.points(1)
@given(
    factor=st.sampled_from([8.0, 4.0, 32.0]),
    low=st.sampled_from([1.0, 2.0]),
    high=st.sampled_from([4.0, 8.0]),
    original=st.sampled_from([128, 64, 256]),
)
@example(factor=8.0, low=1.0, high=4.0, original=128)
@example(factor=4.0, low=1.0, high=8.0, original=256)
def test_agrees_with_the_scaling_of_a_llama_3(
    submission, probes, factor, low, high, original
):
    """The library's LLaMA 3 has the same frequencies for the same configuration."""
    settings = {
        "head_dim": 16,
        "rope_theta": 10000.0,
        "max_position_embeddings": 8192,
        "rope_scaling": {
            "rope_type": "llama3",
            "factor": factor,
            "low_freq_factor": low,
            "high_freq_factor": high,
            "original_max_position_embeddings": original,
        },
    }
    library = library_frequencies(settings)

    inv_freq = frequencies(submission, probes, settings)

    allowance = OutputAllowance(honest=library)
    expected = library.double()
    assert_parity(inv_freq, expected, "inverse_frequencies", within=allowance)


@pytest.mark.points(1)
@given(rows=POSITIONS, half=st.integers(1, 3), seed=SEEDS)
@example(rows=[[3, 0, 3], [999, 1, 998]], half=2, seed=1)
@example(rows=[[0, 0, 0], [2, 1, 0], [0, 5, 6]], half=3, seed=2)
def test_takes_positions_in_any_order(submission, probes, rows, half, seed):
    """Positions repeat, jump and fall, in every row in another way."""
    positions = torch.tensor(rows)
    inv_freq = normal(seed, half).abs()

    cos, sin = cos_sin(submission, probes, positions, inv_freq)

    angles = true_angles(positions, inv_freq)
    assert_rotation(cos, angles.cos(), positions, "cos")
    assert_rotation(sin, angles.sin(), positions, "sin")


@pytest.mark.points(2)
@given(
    dtype=HALVES,
    first=st.integers(201, 300) | st.integers(3001, 5000),
    half=st.integers(2, 4),
)
@example(dtype="bfloat16", first=201, half=2)
@example(dtype="float16", first=4001, half=2)
@example(dtype="bfloat16", first=3001, half=4)
def test_angles_stay_float32_for_low_precision(submission, probes, dtype, first, half):
    """In bfloat16 there is no 201: angles are float32, and cos and sin are rounded."""
    positions = torch.tensor([[first, first + 1, first + 3]])
    inv_freq = 1 / 3.0 ** torch.arange(half)

    answer = cos_sin(submission, probes, positions, inv_freq, dtype)

    angles = true_angles(positions, inv_freq)
    wide = (positions[..., None].float() * inv_freq).repeat(1, 1, 2)
    low = getattr(torch, dtype)
    for actual, turn, what in zip(
        answer, (torch.cos, torch.sin), ("cos", "sin"), strict=True
    ):
        allowance = OutputAllowance(honest=turn(wide).to(low))
        assert_parity(actual, turn(angles), what, within=allowance)


@pytest.mark.points(1)
@given(
    dtype=st.sampled_from([torch.bfloat16, torch.float16, torch.float32]),
    sizes=st.sampled_from([(2, 1, 3), (4, 2, 2), (3, 3, 1)]),
    half=st.integers(1, 3),
    seed=SEEDS,
)
@example(dtype=torch.bfloat16, sizes=(4, 2, 2), half=2, seed=1)
@example(dtype=torch.float16, sizes=(3, 3, 1), half=3, seed=2)
@example(dtype=torch.float32, sizes=(2, 1, 3), half=2, seed=3)
def test_rotates_in_every_dtype(submission, dtype, sizes, half, seed):
    """What is turned keeps its dtype and its shape, heads and all."""
    n_h, n_kv, s = sizes
    q = normal(seed, 2, n_h, s, 2 * half).to(dtype)
    k = normal(seed + 1, 2, n_kv, s, 2 * half).to(dtype)
    angles = normal(seed + 2, 2, s, half).repeat(1, 1, 2)
    cos, sin = angles.cos().to(dtype), angles.sin().to(dtype)

    answer = call(submission.apply_rotary, q, k, cos, sin)

    for actual, x, what in zip(
        pair(answer, "the rotated pair"), (q, k), ("q", "k"), strict=True
    ):
        expected = true_rotation(x.double(), cos.double(), sin.double())
        allowance = OutputAllowance(honest=true_rotation(x, cos, sin))
        assert_parity(actual, expected, f"the rotated {what}", within=allowance)


@pytest.mark.points(1)
@given(n_kv=st.integers(1, 2), half=st.integers(1, 3), seed=SEEDS)
@example(n_kv=1, half=2, seed=1)
def test_gradients_are_turned_back(submission, probes, n_kv, half, seed):
    """The gradient of a rotation is the rotation by the opposite angle."""
    q, k = normal(seed, 2, 2, 3, 2 * half), normal(seed + 1, 2, n_kv, 3, 2 * half)
    angles = normal(seed + 2, 2, 3, half).repeat(1, 1, 2)
    cotangents = [normal(seed + 3, *q.shape), normal(seed + 4, *k.shape)]

    found = probes.gradients.through(
        submission.apply_rotary,
        [q, k, angles.cos(), angles.sin()],
        [0, 1],
        cotangent=cotangents,
    )

    assert_has_keys(found, {"gradients"}, "what came back")
    wide = angles.double()
    expected = [
        true_rotation(each.double(), wide.cos(), -wide.sin()) for each in cotangents
    ]
    allowance = GradientAllowance(honest=[each.float() for each in expected])
    assert_parity(found["gradients"], expected, "gradient", within=allowance)


@pytest.mark.points(1)
@given(seed=SEEDS)
@example(seed=1)
def test_rotation_leaves_no_trace_and_reads_any_memory(submission, probes, seed):
    """No input is changed, views are as good as what they show, on any device."""
    q, k = normal(seed, 2, 2, 3, 4), normal(seed + 1, 2, 1, 3, 4)
    angles = normal(seed + 2, 2, 3, 4)
    given_ones = (q, k, angles.cos(), angles.sin())
    rotary = submission.apply_rotary
    plain = pair(call(rotary, *given_ones), "the rotated pair")
    for actual, x, what in zip(plain, (q, k), ("q", "k"), strict=True):
        assert_tensor(actual, shape=tuple(x.shape), dtype=x.dtype, what=what)
        is_same = torch.equal(actual, x)
        assert_parity(is_same, expected=False, what=f"whether {what} stays as it was")

    after = probes.calls.arguments_after(rotary, *given_ones)
    assert_unchanged(after, list(given_ones), "the arguments after the call")
    assert_no_changes(probes.state.changes(rotary, *given_ones))
    behind = probes.device.left_behind(rotary, *given_ones)
    assert_parity(behind, [], "what stays on the CPU")
    apart = pair(probes.views.on_strided(rotary, *given_ones), "the rotated views")
    for actual, expected, what in zip(apart, plain, ("q", "k"), strict=True):
        assert_same(actual, expected, f"the rotated view of {what}")


def assert_same(actual, output, what):
    """Compare with what another call gave, which need not be right."""
    is_finite = bool(output.isfinite().all())
    assert_parity(is_finite, expected=True, what="whether the output is finite")
    allowance = OutputAllowance(honest=output)
    assert_parity(actual, output.double(), what, within=allowance)
