"""Public checks of the decoder layer: how it wires its parts, whatever they compute.

In shapes, b is rows, s new tokens, h the hidden size.

The layer is made of your own parts, so the numbers are such that a slip in one of them
shows in its own checks and not here.  Every token is 64 times a sign in each feature,
as often plus as minus: any norm makes the sign times its weight of it.  Tokens come
alone or with queries of zero, where attention is a mean of values; and what reaches the
gate of the MLP is about 100, where SiLU changes nothing.
"""

from typing import NamedTuple

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.kit.allowance import OutputAllowance
from autograder.kit.calling import call
from autograder.kit.compare import assert_parity, assert_tensor

AXES = ("row", "position", "feature")
SIZE = 64.0
"""How large a feature is: beside it, eps is nothing."""
FLIPPED = [2, 3]
"""Two features of opposite signs, whose signs a check has attention turn round."""


class Sizes(NamedTuple):
    """What a layer is made for: as many heads of keys as of queries, `h = n * h_d`."""

    h: int
    n: int
    m: int


SIZES = st.builds(
    lambda n, half, m: Sizes(2 * half * n, n, m),
    *(st.integers(*ends) for ends in ((1, 3), (2, 3), (1, 9))),
)
ROWS = st.integers(1, 3)
SEEDS = st.integers(0, 999)


def normal(random, *shape):
    """Return numbers of about one."""
    return torch.randn(shape, generator=random)


def make_signs(random, b, s, h):
    """Return a token's signs: plus, minus, and pairs of one of each."""
    first = 1 - 2 * torch.randint(2, (b, s, h // 2), generator=random).float()
    first[:, :, 0] = 1
    return torch.stack((first, -first), -1).flatten(-2)  # [b, s, h]


def make_weights(sizes, random, **chosen):
    """Return a state dict; `chosen` are the weights that a check makes itself."""
    h, _, m = sizes
    names = {
        "input_layernorm": (1 + 0.5 * normal(random, h)).clamp(0.5, 2),
        **{
            f"self_attn.{each}_proj": normal(random, h, h) * SIZE / h**0.5
            for each in "qkvo"
        },
        "post_attention_layernorm": (1 + 0.5 * normal(random, h)).clamp(0.5, 2),
        "mlp.gate_proj": normal(random, m, h),
        "mlp.up_proj": normal(random, m, h),
        "mlp.down_proj": normal(random, h, m) * SIZE / 1e4,
    }
    # The first feature's sign is always plus: it makes the gate's features large.
    for name in ("mlp.gate_proj", "mlp.up_proj"):
        names[name][:, 0] = 100 / names["post_attention_layernorm"][0]
    names["self_attn.o_proj"] /= SIZE
    return {f"{name}.weight": weight for name, weight in (names | chosen).items()}


def settings(sizes):
    """Return the arguments of a configuration of these sizes."""
    return {
        "hidden_size": sizes.h,
        "intermediate_size": sizes.m,
        "num_attention_heads": sizes.n,
        "num_key_value_heads": sizes.n,
        "head_dim": sizes.h // sizes.n,
    }


def build(submission, probes, sizes, weights, layer_idx=0):
    """Return a layer with these weights; a bias that it has besides is zero."""
    config = probes.modules.made(
        submission.DecoderLayer, "config.DecoderConfig", settings(sizes)
    )
    return probes.modules.built(
        submission.DecoderLayer, config, layer_idx, weights=weights, strict=False
    )


def make_cache(submission, probes):
    """Return an empty cache, of the submission's attention.py."""
    return probes.modules.made(submission.DecoderLayer, "attention.KVCache", {})


def run(module, x, sizes, *, mask=None, cache=None):
    """Call a layer on tokens that are not rotated; fail unless `[b, s, h]` comes."""
    cos = torch.ones(*x.shape[:2], sizes.h // sizes.n)
    positions = (cos, torch.zeros_like(cos))
    output = call(module, x, positions, attention_mask=mask, cache=cache)
    assert_tensor(output, shape=tuple(x.shape), dtype=x.dtype, what="the output")
    return output


def assert_formula(actual, formula, weights, what="output"):
    """Compare with a formula in float64; it also says how far float32 may be off."""
    wide = {name: weight.double() for name, weight in weights.items()}
    allowance = OutputAllowance(honest=formula(weights, torch.float32))
    expected = formula(wide, torch.float64)
    assert_parity(actual, expected, what, within=allowance, axes=AXES)


def attended(weights, signs):
    """Return what attention makes of single tokens: their projected values."""
    normed = signs * weights["input_layernorm.weight"]
    v, o = weights["self_attn.v_proj.weight"], weights["self_attn.o_proj.weight"]
    return normed @ v.T @ o.T


def changed(weights, signs):
    """Return what the MLP makes of tokens of these signs."""
    normed = signs * weights["post_attention_layernorm.weight"]
    gate, up, down = (weights[f"mlp.{n}_proj.weight"] for n in ("gate", "up", "down"))
    return ((normed @ gate.T) * (normed @ up.T)) @ down.T


@pytest.mark.points(1)
@given(sizes=SIZES)
@example(sizes=Sizes(8, 2, 5))
def test_has_the_names_of_a_llama_layer(submission, probes, sizes):
    """Two norms, an attention and an MLP, under the names that any LLaMA uses."""
    config = probes.modules.made(
        submission.DecoderLayer, "config.DecoderConfig", settings(sizes)
    )
    weights = make_weights(sizes, torch.Generator())

    module = probes.modules.built(submission.DecoderLayer, config, 0)
    shapes = probes.modules.shapes(module)

    expected = {name: tuple(weight.shape) for name, weight in weights.items()}
    assert_parity(shapes, expected, "the shapes of the state dict")


@pytest.mark.points(2)
@given(sizes=SIZES, b=ROWS, s=st.integers(1, 4), seed=SEEDS)
@example(sizes=Sizes(4, 1, 3), b=1, s=1, seed=0)
@example(sizes=Sizes(12, 3, 7), b=2, s=3, seed=1)
def test_hands_its_input_through_where_both_parts_give_zero(
    submission, probes, sizes, b, s, seed
):
    """With o_proj and down_proj at zero, what is left are the two residuals."""
    random = torch.Generator().manual_seed(seed)
    nothing = {
        "self_attn.o_proj": torch.zeros(sizes.h, sizes.h),
        "mlp.down_proj": torch.zeros(sizes.h, sizes.m),
    }
    module = build(submission, probes, sizes, make_weights(sizes, random, **nothing))
    x = SIZE * make_signs(random, b, s, sizes.h)

    output = run(module, x, sizes)

    assert_parity(output.detach(), x, "output")


@pytest.mark.points(2)
@given(sizes=SIZES, b=ROWS, seed=SEEDS)
@example(sizes=Sizes(4, 1, 3), b=1, seed=0)
@example(sizes=Sizes(12, 3, 7), b=2, seed=1)
def test_adds_attention_of_the_normed_input(submission, probes, sizes, b, seed):
    """With down_proj at zero, attention of the first norm is added to the input."""
    random = torch.Generator().manual_seed(seed)
    nothing = {"mlp.down_proj": torch.zeros(sizes.h, sizes.m)}
    weights = make_weights(sizes, random, **nothing)
    signs = make_signs(random, b, 1, sizes.h)
    module = build(submission, probes, sizes, weights)

    output = run(module, SIZE * signs, sizes)

    def formula(weights, dtype):
        return SIZE * signs.to(dtype) + attended(weights, signs.to(dtype))

    assert_formula(output, formula, weights)


@pytest.mark.points(2)
@given(sizes=SIZES, b=ROWS, s=st.integers(1, 4), seed=SEEDS)
@example(sizes=Sizes(4, 1, 3), b=1, s=1, seed=0)
@example(sizes=Sizes(12, 3, 7), b=2, s=3, seed=1)
def test_adds_the_mlp_of_the_normed_input(submission, probes, sizes, b, s, seed):
    """With o_proj at zero, the MLP of the second norm is added to the input."""
    random = torch.Generator().manual_seed(seed)
    nothing = {"self_attn.o_proj": torch.zeros(sizes.h, sizes.h)}
    weights = make_weights(sizes, random, **nothing)
    signs = make_signs(random, b, s, sizes.h)
    module = build(submission, probes, sizes, weights)

    output = run(module, SIZE * signs, sizes)

    def formula(weights, dtype):
        return SIZE * signs.to(dtype) + changed(weights, signs.to(dtype))

    assert_formula(output, formula, weights)


@pytest.mark.points(2)
@given(sizes=SIZES, b=ROWS, seed=SEEDS)
@example(sizes=Sizes(4, 1, 3), b=1, seed=0)
@example(sizes=Sizes(12, 3, 7), b=2, seed=1)
def test_shows_the_mlp_what_attention_added(submission, probes, sizes, b, seed):
    """The second norm reads the sum: here attention turns the signs of two features."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(sizes, random)
    flips = torch.ones(sizes.h)
    flips[FLIPPED] = -1
    # Values undo the norm's weight, and o_proj takes both features twice away.
    weights["self_attn.v_proj.weight"] = torch.diag(
        1 / weights["input_layernorm.weight"]
    )
    weights["self_attn.o_proj.weight"] = torch.diag(SIZE * (flips - 1))
    signs = make_signs(random, b, 1, sizes.h)
    module = build(submission, probes, sizes, weights)

    output = run(module, SIZE * signs, sizes)

    def formula(weights, dtype):
        turned = (signs * flips).to(dtype)
        return SIZE * turned + changed(weights, turned)

    assert_formula(output, formula, weights)


@pytest.mark.points(2)
@given(
    sizes=SIZES,
    chunks=st.lists(st.integers(1, 3), min_size=2, max_size=3),
    layer_idx=st.integers(0, 3),
    seed=SEEDS,
)
@example(sizes=Sizes(4, 1, 3), chunks=[2, 1], layer_idx=0, seed=0)
@example(sizes=Sizes(12, 3, 7), chunks=[3, 1, 2], layer_idx=2, seed=1)
def test_hands_mask_and_cache_to_its_attention(
    submission, probes, sizes, chunks, layer_idx, seed
):
    """With queries of zero, a token gets the mean over the real ones before it."""
    random = torch.Generator().manual_seed(seed)
    nothing = {
        "self_attn.q_proj": torch.zeros(sizes.h, sizes.h),
        "mlp.down_proj": torch.zeros(sizes.h, sizes.m),
    }
    weights = make_weights(sizes, random, **nothing)
    signs = make_signs(random, 2, sum(chunks), sizes.h)
    mask = torch.ones(signs.shape[:2], dtype=torch.long)
    mask[1, 1] = 0
    module = build(submission, probes, sizes, weights, layer_idx)
    cache = make_cache(submission, probes)

    end = 0
    for s in chunks:
        start, end = end, end + s
        output = run(
            module,
            SIZE * signs[:, start:end],
            sizes,
            mask=mask[:, :end],
            cache=cache,
        )

        def formula(weights, dtype, start=start, end=end):
            values = attended(weights, signs.to(dtype)) * mask[:, :, None]
            so_far = values.cumsum(1) / mask.cumsum(1)[:, :, None]
            return (SIZE * signs.to(dtype) + so_far)[:, start:end]

        assert_formula(
            output, formula, weights, f"output of tokens {start} to {end - 1}"
        )
        what = f"length({layer_idx}) of the cache"
        assert_parity(call(cache.length, layer_idx), end, what)
