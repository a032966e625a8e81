"""Hidden checks of the MLP.  In shapes, h is the hidden and m the intermediate size."""

from functools import cache

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from torch.nn.functional import silu

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

SIZES = st.sampled_from([(3, 5), (5, 3), (4, 6), (2, 7)])
SEEDS = st.integers(0, 99)
NAMES = ("gate_proj.weight", "up_proj.weight", "down_proj.weight")


def normal(seed, *shape):
    """Return a float32 tensor of normal numbers, the same for the same seed."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def weights_of(seed, sizes):
    """Return weights by name, scaled so that every product is about as large as `x`."""
    h, m = sizes
    shapes = ((m, h), (m, h), (h, m))
    return {
        name: normal(seed + i, *shape) * 1.5 / shape[1] ** 0.5
        for i, (name, shape) in enumerate(zip(NAMES, shapes, strict=True))
    }


def settings_of(sizes):
    """Return the settings of a configuration, which are the library's, too."""
    return {
        "hidden_size": sizes[0],
        "intermediate_size": sizes[1],
        "num_attention_heads": 1,
        "num_key_value_heads": 1,
        "head_dim": 2,
    }


def build(submission, probes, weights):
    """Return an MLP of the submission with these weights."""
    m, h = weights["gate_proj.weight"].shape
    config = probes.modules.made(
        submission.MLP, "config.DecoderConfig", settings_of((h, m))
    )
    return probes.modules.built(submission.MLP, config, weights=weights)


def honest(x, weights):
    """Return what an honest computation gives in the dtype of the input."""
    gate, up, down = (weights[name] for name in NAMES)
    return (silu(x @ gate.T) * (x @ up.T)) @ down.T


def truth(x, weights):
    """Return what float64 gives by a formula of its own."""
    gate, up, down = (weights[name].double() for name in NAMES)
    opened = torch.einsum("...h,mh->...m", x.double(), gate)
    passing = torch.einsum("...h,mh->...m", x.double(), up)
    inside = opened / (1 + torch.exp(-opened)) * passing
    return torch.einsum("...m,hm->...h", inside, down)


@cache
def llama_mlp(sizes):
    """Return the MLP of a LLaMA of the library's."""
    from transformers import LlamaConfig, LlamaForCausalLM  # noqa: PLC0415 - takes seconds

    with torch.random.fork_rng(devices=[]):
        config = LlamaConfig(**settings_of(sizes), num_hidden_layers=1, vocab_size=3)
        return LlamaForCausalLM(config).model.layers[0].mlp


@remembered
def library_output(x, weights):
    """Return what the MLP of the library's LLaMA gives with these weights."""
    m, h = weights["gate_proj.weight"].shape
    mlp = llama_mlp((h, m))
    mlp.load_state_dict(weights)
    with torch.no_grad():
        return mlp(x)


@pytest.mark.points(1)
@given(sizes=SIZES, scale=st.sampled_from([1.0, 0.01, 10.0]), seed=SEEDS)
@example(sizes=(3, 5), scale=1.0, seed=1)
@example(sizes=(5, 3), scale=10.0, seed=2)
def test_agrees_with_the_mlp_of_a_llama(submission, probes, sizes, scale, seed):
    """The MLP of the library's LLaMA gives the same with the same weights."""
    x, weights = normal(seed + 10, 2, 3, sizes[0]) * scale, weights_of(seed, sizes)
    library = library_output(x, weights)

    output = call(build(submission, probes, weights), x)

    allowance = OutputAllowance(honest=library)
    assert_parity(output, truth(x, weights), "output", within=allowance)


@pytest.mark.points(1)
@given(sizes=SIZES, dtype=st.sampled_from([torch.bfloat16, torch.float16]), seed=SEEDS)
@example(sizes=(3, 5), dtype=torch.bfloat16, seed=1)
@example(sizes=(5, 3), dtype=torch.float16, seed=2)
def test_works_in_low_precision(submission, probes, sizes, dtype, seed):
    """A model in bfloat16 or float16 gets back what it gave."""
    x = normal(seed + 10, 3, sizes[0]).to(dtype)
    weights = {k: value.to(dtype) for k, value in weights_of(seed, sizes).items()}

    output = call(build(submission, probes, weights), x)

    allowance = OutputAllowance(honest=honest(x, weights))
    assert_parity(output, truth(x, weights), "output", within=allowance)


@pytest.mark.points(1)
@given(sizes=SIZES, seed=SEEDS)
@example(sizes=(3, 5), seed=1)
@example(sizes=(5, 3), seed=2)
def test_gradients_reach_the_input_and_every_weight(submission, probes, sizes, seed):
    """Both ways to the product are differentiated, and all three projections."""
    x, weights = normal(seed + 10, 2, 3, sizes[0]), weights_of(seed, sizes)
    cotangent = normal(seed + 20, 2, 3, sizes[0])
    wide = {name: value.double() for name, value in weights.items()}
    expected = differentiate(truth, x.double(), wide, cotangent)
    rough = differentiate(honest, x, weights, cotangent)

    mlp = build(submission, probes, weights)
    found = probes.modules.gradients(mlp, cotangent, x)

    assert_has_keys(found, {"arguments", "parameters"}, "the gradients")
    actual = {name: found[name] for name in expected}
    allowance = GradientAllowance(honest=rough)
    assert_parity(actual, expected, "gradient", within=allowance)


def differentiate(function, x, weights, cotangent):
    """Return the gradients of the input and the weights, as the probe does."""
    x = x.clone().requires_grad_()
    leaves = {name: leaf.clone().requires_grad_() for name, leaf in weights.items()}
    output = function(x, leaves)
    of_x, *rest = torch.autograd.grad(
        output, [x, *leaves.values()], cotangent.to(output)
    )
    return {"arguments": [of_x], "parameters": dict(zip(leaves, rest, strict=True))}


@pytest.mark.points(1)
@given(sizes=SIZES, seed=SEEDS)
@example(sizes=(3, 5), seed=1)
def test_mlp_leaves_no_trace_and_takes_any_shape(submission, probes, sizes, seed):
    """Tokens alone, in rows or in batches, strided or expanded: always the same."""
    x = normal(seed + 10, 1, 3, sizes[0]).repeat(2, 1, 1)
    mlp = build(submission, probes, weights_of(seed, sizes))
    output = call(mlp, x)
    assert_tensor(output, shape=tuple(x.shape), dtype=x.dtype, what="output")
    is_finite = bool(output.isfinite().all())
    assert_parity(is_finite, expected=True, what="whether the output is finite")
    other = call(build(submission, probes, weights_of(seed + 50, sizes)), x)
    assert_tensor(other, shape=tuple(x.shape), dtype=x.dtype, what="output")
    is_same = torch.equal(other, output)
    assert_parity(is_same, expected=False, what="whether all weights give the same")

    after = probes.calls.arguments_after(mlp, x)
    assert_unchanged(after, [x], "the arguments after the call")
    assert_no_changes(probes.state.changes(mlp, x))
    behind = probes.device.left_behind(mlp, x)
    assert_parity(behind, [], "what stays on the CPU")
    assert_same(probes.views.on_strided(mlp, x), output, "output of a strided view")
    assert_same(probes.views.on_expanded(mlp, x), output, "output of an expanded view")
    assert_same(call(mlp, x[0]), output[0], "output of one row")
    assert_same(call(mlp, x[1, 2]), output[1, 2], "output of one token")
    outputs = probes.calls.one_after_another(mlp, [x, x[:1], x])
    assert_type(outputs, list, "outputs")
    assert_same(outputs[-1], output, "output of the same call later")


def assert_same(actual, output, what):
    """Compare with what another call gave, which need not be right."""
    allowance = OutputAllowance(honest=output)
    assert_parity(actual, output.double(), what, within=allowance)
