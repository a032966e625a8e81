"""Hidden checks of the decoder layer.

In shapes, b is rows, s new tokens, h the hidden size.

Two checks ask for what all parts together give; the others compare the layer with
itself, or make its parts predictable as the public checks do.
"""

from functools import cache as once
from typing import NamedTuple

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.kit.allowance import GradientAllowance, OutputAllowance
from autograder.kit.calling import call
from autograder.kit.compare import assert_parity, assert_tensor
from autograder.kit.purity import assert_no_changes, assert_unchanged

AXES = ("row", "position", "feature")
SIZE, PICKS = 64.0, 300.0


class Sizes(NamedTuple):
    """What a layer is made for."""

    h: int
    n_h: int
    n_kv: int
    h_d: int
    m: int


PLAIN = st.sampled_from([Sizes(4, 1, 1, 4, 3), Sizes(12, 3, 3, 4, 7)])
ANY = st.sampled_from(
    [Sizes(8, 4, 2, 6, 5), Sizes(12, 6, 3, 2, 7), Sizes(6, 3, 1, 4, 9)]
)
SEEDS = st.integers(0, 999)


def normal(random, *shape):
    """Return numbers of about one."""
    return torch.randn(shape, generator=random)


def make_weights(sizes, random):
    """Return a state dict, with norms that weigh every feature otherwise."""
    h, n_h, n_kv, h_d, m = sizes
    shapes = {
        "self_attn.q_proj": (n_h * h_d, h),
        "self_attn.k_proj": (n_kv * h_d, h),
        "self_attn.v_proj": (n_kv * h_d, h),
        "self_attn.o_proj": (h, n_h * h_d),
        "mlp.gate_proj": (m, h),
        "mlp.up_proj": (m, h),
        "mlp.down_proj": (h, m),
    }
    weights = {
        f"{name}.weight": normal(random, *shape) * 1.5 / shape[1] ** 0.5
        for name, shape in shapes.items()
    }
    for name in ("input_layernorm", "post_attention_layernorm"):
        weights[f"{name}.weight"] = (1 + 0.5 * normal(random, h)).clamp(0.3, 2)
    return weights


def settings(sizes, eps):
    """Return the arguments of a configuration of these sizes."""
    return {
        "hidden_size": sizes.h,
        "intermediate_size": sizes.m,
        "num_attention_heads": sizes.n_h,
        "num_key_value_heads": sizes.n_kv,
        "head_dim": sizes.h_d,
        "rms_norm_eps": eps,
        "rope_theta": 500.0,
    }


def build(submission, probes, sizes, weights, *, eps=1e-5, layer_idx=0, **options):
    """Return a layer with these weights; a bias that it has besides is zero."""
    options = {"strict": False} | options
    config = probes.modules.made(
        submission.DecoderLayer, "config.DecoderConfig", settings(sizes, eps)
    )
    return probes.modules.built(
        submission.DecoderLayer, config, layer_idx, weights=weights, **options
    )


def make_cache(submission, probes):
    """Return an empty cache, of the submission's attention.py."""
    return probes.modules.made(submission.DecoderLayer, "attention.KVCache", {})


def honest(reference, sizes, weights, eps=1e-5):
    """Return the reference with these weights, in their dtype."""
    config = reference.DecoderConfig(**settings(sizes, eps))
    module = reference.DecoderLayer(config, 0)
    module.to(weights["mlp.up_proj.weight"].dtype).load_state_dict(weights)
    return module


def unturned(x, sizes):
    """Return cos and sin that rotate nothing, each `[b, s, h_d]`."""
    cos = torch.ones(*x.shape[:2], sizes.h_d, dtype=x.dtype)
    return cos, torch.zeros_like(cos)


def run(module, x, positions, mask=None, cache=None):
    """Call a layer, and fail unless the answer is a tensor like its input."""
    output = call(module, x, positions, attention_mask=mask, cache=cache)
    assert_tensor(output, shape=tuple(x.shape), dtype=x.dtype, what="the output")
    return output


def assert_same(actual, own, what):
    """Compare with what the submission itself gives where it must give the same."""
    allowance = OutputAllowance(honest=own, floor=16)
    assert_parity(actual, own.double(), what, within=allowance, axes=AXES)


def assert_depends(output, other):
    """Fail where other weights change nothing: such answers are equal anyway."""
    differs = bool((output != other).any())
    what = "whether other weights give another output"
    assert_parity(differs, expected=True, what=what)


@once
def library_layer(sizes, eps):
    """Return the layer of a LLaMA of the library's, and its rotary embedding."""
    from transformers import LlamaConfig, LlamaForCausalLM  # noqa: PLC0415 - takes seconds

    config = LlamaConfig(
        **settings(sizes, eps),
        num_hidden_layers=1,
        vocab_size=8,
        attn_implementation="eager",
    )
    model = LlamaForCausalLM(config).eval()
    return model.model.layers[0], model.model.rotary_emb


def make_padded(random, sizes, scale):
    """Return tokens, a mask, and what it hides as a number to add to scores.

    The first row has a hole, which later tokens would see; every query has a key.
    """
    x = scale * normal(random, 2, 5, sizes.h)
    mask = torch.ones(2, 5, dtype=torch.long)
    mask[0, 1] = 0
    least = torch.finfo(torch.float32).min
    causal = torch.full((5, 5), least).triu(1)
    hidden = torch.where(mask[:, None, None] == 0, least, causal)  # [b, 1, s, s]
    return x, mask, hidden


@pytest.mark.points(3)
@given(sizes=ANY, numbers=st.sampled_from([(1e-5, 1.0), (1e-2, 0.05)]), seed=SEEDS)
@example(sizes=Sizes(8, 4, 2, 6, 5), numbers=(1e-5, 1.0), seed=0)
@example(sizes=Sizes(12, 6, 3, 2, 7), numbers=(1e-2, 0.05), seed=1)
def test_agrees_with_the_layer_of_transformers(
    submission, probes, reference, sizes, numbers, seed
):
    """The weights of the library's layer load strictly, both ways, and do the same."""
    eps, scale = numbers
    random = torch.Generator().manual_seed(seed)
    layer, rotary = library_layer(sizes, eps)
    weights = make_weights(sizes, random)
    x, mask, hidden = make_padded(random, sizes, scale)
    layer.load_state_dict(weights)
    starts = torch.randint(100, (2, 1), generator=random)
    places = starts + 2 * torch.arange(5)  # [b, s]
    positions = tuple(each.detach() for each in rotary(x, places))

    module = build(submission, probes, sizes, weights, eps=eps, strict=True)
    output = run(module, x, positions, mask)

    with torch.no_grad():
        expected = layer(x, position_embeddings=positions, attention_mask=hidden)
        ours = honest(reference, sizes, weights, eps)(x, positions, mask)
    real = mask.bool()
    allowance = OutputAllowance(honest=ours, counted=real)
    assert_parity(output, expected.double(), "output", within=allowance, axes=AXES)
    layer.load_state_dict(probes.modules.state(module))


@pytest.mark.points(2)
@given(sizes=ANY, seed=SEEDS)
@example(sizes=Sizes(8, 4, 2, 6, 5), seed=0)
@example(sizes=Sizes(12, 6, 3, 2, 7), seed=1)
def test_gradients_agree_with_the_layer_of_transformers(
    submission, probes, reference, sizes, seed
):
    """Every weight and the input learn what they do in the library's layer."""
    random = torch.Generator().manual_seed(seed)
    layer, rotary = library_layer(sizes, 1e-5)
    weights = make_weights(sizes, random)
    x, mask, hidden = make_padded(random, sizes, 1.0)
    layer.load_state_dict(weights)
    positions = tuple(
        each.detach() for each in rotary(x, torch.arange(5).expand(2, -1))
    )
    cotangent = normal(random, *x.shape) * mask[:, :, None]
    module = build(submission, probes, sizes, weights)

    found = probes.modules.gradients(
        module, cotangent, x, positions, attention_mask=mask
    )

    def gradients(module, hidden):
        leaf = x.clone().requires_grad_()
        output = module(leaf, position_embeddings=positions, attention_mask=hidden)
        named = {"hidden_states": leaf, **dict(module.named_parameters())}
        found = torch.autograd.grad(output, list(named.values()), cotangent)
        return dict(zip(named, found, strict=True))

    theirs = gradients(layer, hidden)
    ours = gradients(honest(reference, sizes, weights), mask)
    actual = {name: found["parameters"].get(name) for name in weights}
    assert_parity(
        actual | {"hidden_states": found["arguments"][0]},
        {name: gradient.double() for name, gradient in theirs.items()},
        "the gradients",
        within=GradientAllowance(honest=ours),
    )


@pytest.mark.points(2)
@given(
    sizes=PLAIN,
    chunks=st.lists(st.integers(1, 3), min_size=2, max_size=3),
    seed=SEEDS,
)
@example(sizes=Sizes(4, 1, 1, 4, 3), chunks=[2, 1], seed=0)
@example(sizes=Sizes(12, 3, 3, 4, 7), chunks=[3, 1, 2], seed=1)
def test_layers_share_a_cache_without_sharing_tokens(
    submission, probes, sizes, chunks, seed
):
    """Two layers over one cache give, chunk by chunk, what they give of the whole."""
    random = torch.Generator().manual_seed(seed)
    x = normal(random, 2, sum(chunks), sizes.h)
    cos, sin = unturned(x, sizes)
    layers = [
        build(submission, probes, sizes, make_weights(sizes, random), layer_idx=index)
        for index in (0, 1)
    ]
    cache = make_cache(submission, probes)

    middle = run(layers[0], x, (cos, sin)).detach()
    whole = run(layers[1], middle, (cos, sin)).detach()
    assert_depends(middle, run(layers[1], x, (cos, sin)))

    ends = torch.tensor(chunks).cumsum(0).tolist()
    for start, end in zip([0, *ends], ends, strict=False):
        new = slice(start, end)
        output, positions = x[:, new], (cos[:, new], sin[:, new])
        for layer in layers:
            output = run(layer, output.detach(), positions, cache=cache)
        what = f"output of tokens {start} to {end - 1}"
        assert_same(output, whole[:, new], what)


@pytest.mark.points(2)
@given(h_d=st.sampled_from([2, 4]), n=st.integers(2, 3), seed=SEEDS)
@example(h_d=4, n=2, seed=0)
@example(h_d=2, n=3, seed=1)
def test_hands_positions_to_its_attention(submission, probes, h_d, n, seed):
    """A half turn of one of two tokens decides which of them the second one picks."""
    sizes = Sizes(n * h_d, n, n, h_d, 3)
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(sizes, random)
    signs = torch.ones(1, 2, sizes.h)
    signs[:, :, 1::2] = -1
    signs[:, 1, 2:4] *= -1  # by these features the two tokens differ
    # Of each head's first feature the query is large; the key is 1 of the first token
    # and 0 of the second. Attention gives what it picked, the MLP nothing.
    norm = weights["input_layernorm.weight"]
    q_proj, k_proj = torch.zeros(2, sizes.h, sizes.h)
    q_proj[::h_d, 0] = PICKS / norm[0]
    k_proj[::h_d, 0], k_proj[::h_d, 2] = 0.5 / norm[0], 0.5 / norm[2]
    weights["self_attn.q_proj.weight"] = q_proj
    weights["self_attn.k_proj.weight"] = k_proj
    weights["mlp.down_proj.weight"] = torch.zeros(sizes.h, sizes.m)
    turns = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]])
    x = SIZE * signs.expand(4, -1, -1)
    cos = (1.0 - 2 * turns)[:, :, None].repeat(1, 1, h_d)
    module = build(submission, probes, sizes, weights)

    output = run(module, x, (cos, torch.zeros_like(cos)))

    def formula(dtype):
        picked = torch.tensor([0, 1, 1, 0])  # the first token where turns agree
        v, o = (weights[f"self_attn.{name}_proj.weight"].to(dtype) for name in "vo")
        normed = (signs[0] * norm).to(dtype)[picked]  # [b, h]
        return x[:, 1].to(dtype) + normed @ v.T @ o.T

    allowance = OutputAllowance(honest=formula(torch.float32))
    expected = formula(torch.float64)
    assert_parity(output[:, 1], expected, "output[:, 1]", within=allowance)


@pytest.mark.points(1)
@given(dtype=st.sampled_from([torch.bfloat16, torch.float16]), sizes=PLAIN, seed=SEEDS)
@example(dtype=torch.bfloat16, sizes=Sizes(12, 3, 3, 4, 7), seed=0)
@example(dtype=torch.float16, sizes=Sizes(12, 3, 3, 4, 7), seed=1)
def test_layer_keeps_the_dtype_of_its_input(
    submission, probes, reference, dtype, sizes, seed
):
    """In half precision it answers in half precision, and as well as that allows."""
    random = torch.Generator().manual_seed(seed)
    low = {name: w.to(dtype) for name, w in make_weights(sizes, random).items()}
    wide = {name: weight.float() for name, weight in low.items()}
    x = normal(random, 2, 5, sizes.h).to(dtype)
    in_low = x, unturned(x, sizes)
    in_wide = x.float(), unturned(x.float(), sizes)

    own = run(build(submission, probes, sizes, wide), *in_wide).detach()
    other = build(submission, probes, sizes, make_weights(sizes, random))
    assert_depends(own, run(other, *in_wide))
    output = run(build(submission, probes, sizes, low), *in_low)

    # What it gives in float32 is expected, give or take what rounding costs ours.
    ours = [
        honest(reference, sizes, weights)(*arguments).detach().double()
        for weights, arguments in ((low, in_low), (wide, in_wide))
    ]
    near = (own.double() + ours[0] - ours[1]).to(dtype)
    allowance = OutputAllowance(honest=near)
    assert_parity(output, own.double(), "output", within=allowance, axes=AXES)


@pytest.mark.points(1)
@given(sizes=PLAIN, seed=SEEDS)
@example(sizes=Sizes(12, 3, 3, 4, 7), seed=0)
def test_layer_does_nothing_but_answer(submission, probes, sizes, seed):
    """Inputs stay, no call knows of another, and training changes no answer."""
    random = torch.Generator().manual_seed(seed)
    weights, x = make_weights(sizes, random), normal(random, 2, 3, sizes.h)
    positions = unturned(x, sizes)
    mask = torch.tensor([[1, 1, 0], [1, 1, 1]])
    module = build(submission, probes, sizes, weights)
    arguments = (x, positions, mask)
    own = run(module, *arguments).detach()
    other = build(submission, probes, sizes, make_weights(sizes, random))
    assert_depends(own, run(other, *arguments))

    after = probes.calls.arguments_after(module, *arguments)
    assert_unchanged(after, list(arguments), "the arguments after the call")
    assert_no_changes(probes.state.changes(module, *arguments))
    assert_same(run(module, *arguments), own, "output of a later call")
    apart = probes.views.on_strided(module, *arguments)
    assert_same(apart, own, "output of views")
    training = build(submission, probes, sizes, weights, training=True)
    for what in ("output in training", "output in training, once more"):
        assert_same(run(training, *arguments), own, what)
    copied = probes.modules.copied(module)
    assert_same(run(copied, *arguments), own, "output of a copy")
