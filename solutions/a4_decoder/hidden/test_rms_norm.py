"""Hidden checks of RMSNorm.  In shapes, h is the hidden size."""

from functools import cache

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.kit.allowance import GradientAllowance, OutputAllowance
from autograder.kit.calling import call
from autograder.kit.compare import (
    assert_has_keys,
    assert_parity,
    assert_tensor,
    assert_type,
)
from autograder.kit.purity import assert_no_changes, assert_unchanged
from autograder.kit.remember import remembered

SIZES = st.integers(3, 7)
SEEDS = st.integers(0, 99)
EPSILONS = st.sampled_from([1e-5, 1e-6, 1e-2, 0.5])
HALVES = st.sampled_from([torch.float16, torch.bfloat16])


def normal(seed, *shape):
    """Return a float32 tensor of normal numbers, the same for the same seed."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def weights_of(seed, h):
    """Return norm weights that are not ones: else many mistakes are invisible."""
    return (1 + 0.5 * normal(seed + 100, h)).clamp(min=0.1)


def truth(x, weight, eps):
    """Return the norm of float64 tensors by a formula of its own."""
    root = torch.sqrt(torch.einsum("...h,...h->...", x, x) / x.shape[-1] + eps)
    return x / root[..., None] * weight


def honest(x, weight, eps):
    """Return what an honest computation gives: float32 inside, two roundings below."""
    wide = x.float()
    scale = torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + eps)
    return weight * (wide * scale).to(x.dtype)


def build(submission, probes, weight, eps):
    """Return a norm of the submission with these weights."""
    return probes.modules.built(
        submission.RMSNorm, len(weight), eps, weights={"weight": weight}
    )


@cache
def llama(h, eps):
    """Return a LLaMA of the library's whose norms have this size and eps."""
    from transformers import LlamaConfig, LlamaForCausalLM  # noqa: PLC0415 - takes seconds

    with torch.random.fork_rng(devices=[]):
        return LlamaForCausalLM(
            LlamaConfig(
                hidden_size=h,
                intermediate_size=2,
                num_attention_heads=1,
                num_hidden_layers=1,
                head_dim=2,
                vocab_size=3,
                rms_norm_eps=eps,
            )
        )


@remembered
def library_norm(x, weight, eps):
    """Return what the final norm of the library's LLaMA gives."""
    norm = llama(len(weight), eps).model.norm
    norm.load_state_dict({"weight": weight})
    with torch.no_grad():
        return norm(x)


def output_of(norm, x):
    """Return what a plain call gives, to be expected of another call too.

    It need not be right, that has checks of its own; but it has to be of a norm, which
    gives the same for an input that is 100 times as large.
    """
    output = call(norm, x)
    assert_tensor(output, shape=tuple(x.shape), dtype=x.dtype, what="output")
    is_finite = bool(output.isfinite().all())
    assert_parity(is_finite, expected=True, what="whether the output is finite")
    is_zero = not bool(output.any())
    assert_parity(is_zero, expected=False, what="whether the output is zero")
    assert_same(call(norm, 100 * x), output, "output of 100 times the input")
    return output


def assert_same(actual, output, what):
    """Compare with what another call gave."""
    allowance = OutputAllowance(honest=output)
    assert_parity(actual, output.double(), what, within=allowance)


@pytest.mark.points(1)
@given(
    h=st.sampled_from([4, 6]),
    eps=EPSILONS,
    scale=st.sampled_from([1.0, 0.01, 100.0]),
    seed=SEEDS,
)
@example(h=6, eps=1e-2, scale=0.01, seed=1)
@example(h=4, eps=1e-6, scale=1.0, seed=2)
@example(h=4, eps=0.5, scale=1.0, seed=4)
def test_agrees_with_the_norm_of_a_llama(submission, probes, h, eps, scale, seed):
    """The norm of the library's LLaMA gives the same for the same weights."""
    x, weight = normal(seed, 2, 3, h) * scale, weights_of(seed, h)
    library = library_norm(x, weight, eps)

    output = call(build(submission, probes, weight, eps), x)

    expected = truth(x.double(), weight.double(), eps)
    allowance = OutputAllowance(honest=library)
    assert_parity(output, expected, "output", within=allowance)


@pytest.mark.points(2)
@given(
    dtype=HALVES,
    scale=st.sampled_from([1.0, 1e-3, 400.0]),
    h=st.sampled_from([16, 33]),
    seed=SEEDS,
)
@example(dtype=torch.float16, scale=400.0, h=33, seed=1)
@example(dtype=torch.float16, scale=1e-3, h=33, seed=2)
@example(dtype=torch.bfloat16, scale=1.0, h=16, seed=3)
def test_computes_in_float32_whatever_it_is_given(
    submission, probes, dtype, scale, h, seed
):
    """Squares of float16 overflow at 256 and vanish at 1e-4: they need float32."""
    x = (normal(seed, 4, h) * scale).to(dtype)
    weight = weights_of(seed, h).to(dtype)

    output = call(build(submission, probes, weight, 1e-6), x)

    expected = truth(x.double(), weight.double(), 1e-6)
    rough = honest(x, weight, 1e-6)
    allowance = OutputAllowance(honest=rough, factor=2, floor=0.25)
    assert_parity(output, expected, "output", within=allowance)


@pytest.mark.points(1)
@given(h=SIZES, seed=SEEDS)
@example(h=4, seed=1)
def test_norms_every_vector_by_itself(submission, probes, h, seed):
    """No vector's result depends on the others, however large they are."""
    scales = torch.tensor([1.0, 1000.0, 0.01]).view(3, 1, 1)
    x, weight = normal(seed, 3, 2, h) * scales, weights_of(seed, h)
    norm = build(submission, probes, weight, 0.0)

    together = output_of(norm, x)

    for row in range(3):
        assert_same(call(norm, x[row]), together[row], f"output of row {row} alone")
    assert_same(call(norm, x[2, 1]), together[2, 1], "output of a single vector")


@pytest.mark.points(1)
@given(h=SIZES, eps=EPSILONS, seed=SEEDS)
@example(h=4, eps=1e-5, seed=1)
@example(h=5, eps=0.5, seed=2)
def test_gradients_reach_the_input_and_the_weights(submission, probes, h, eps, seed):
    """The root depends on the input, too: its gradient has two terms."""
    x, weight = normal(seed, 2, 3, h), weights_of(seed, h)
    cotangent = normal(seed + 200, 2, 3, h)
    expected = differentiate(truth, x.double(), weight.double(), eps, cotangent)
    rough = differentiate(honest, x, weight, eps, cotangent)

    norm = build(submission, probes, weight, eps)
    found = probes.modules.gradients(norm, cotangent, x)

    assert_has_keys(found, {"arguments", "parameters"}, "the gradients")
    actual = {name: found[name] for name in expected}
    allowance = GradientAllowance(honest=rough)
    assert_parity(actual, expected, "gradient", within=allowance)


def differentiate(norm, x, weight, eps, cotangent):
    """Return the gradients of the input and the weights, as the probe does."""
    x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
    output = norm(x, weight, eps)
    of_x, of_weight = torch.autograd.grad(output, [x, weight], cotangent.to(output))
    return {"arguments": [of_x], "parameters": {"weight": of_weight}}


@pytest.mark.points(1)
@given(h=SIZES, seed=SEEDS)
@example(h=4, seed=1)
def test_leaves_no_trace_and_reads_any_memory(submission, probes, h, seed):
    """The input stays as it was, may be a view, and calls do not know each other."""
    x = normal(seed, 1, h).repeat(2, 1)  # equal rows, as an expanded tensor has
    other, weight = normal(seed + 1, 3, h), weights_of(seed, h)
    norm = build(submission, probes, weight, 0.0)

    after = probes.calls.arguments_after(norm, x)
    assert_unchanged(after, [x], "the arguments after the call")
    assert_no_changes(probes.state.changes(norm, x))
    behind = probes.device.left_behind(norm, x)
    assert_parity(behind, [], "what stays on the CPU")
    output = output_of(norm, x)
    assert_same(probes.views.on_strided(norm, x), output, "output of a strided view")
    assert_same(probes.views.on_expanded(norm, x), output, "output of an expanded view")
    outputs = probes.calls.one_after_another(norm, [x, other, x])
    assert_type(outputs, list, "outputs")
    assert_same(outputs[0], output, "output of the first call")
    assert_same(outputs[-1], output, "output of the same call later")


@pytest.mark.points(1)
@given(h=SIZES, seed=SEEDS)
@example(h=4, seed=1)
def test_exchanges_its_weights_with_a_llama(submission, probes, h, seed):
    """The state dict of a LLaMA's norm loads strictly, and yours loads into it."""
    weight = weights_of(seed, h)
    library = llama(4, 1e-5).model.norm.state_dict()

    norm = build(submission, probes, weight, 1e-5)
    state = probes.modules.state(norm)
    found = probes.modules.gradients(norm, torch.ones(1, h), torch.ones(1, h))

    assert_has_keys(found, {"parameters"}, "the gradients")
    assert_type(found["parameters"], dict, "the gradients of parameters")
    assert_parity(list(found["parameters"]), list(library), "what an optimizer trains")
    assert_parity(state, {"weight": weight}, "the state dict")
