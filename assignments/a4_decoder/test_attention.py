"""Public checks of attention: one mechanism each, made visible by the weights.

In shapes, b is rows, s new tokens, total cached and new tokens, h the hidden size, n_h
and n_kv heads of queries and of keys and values, h_d features of one head.

Positions are rotated by half turns, of which cos is 1 or -1 and sin 0: any rotation
that keeps pairs together gives the same then, so no check here depends on your rope.py.
"""

from typing import NamedTuple

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.kit.allowance import OutputAllowance
from autograder.kit.calling import call
from autograder.kit.compare import (
    assert_parity,
    assert_tensor,
    assert_type,
)

AXES = ("row", "position", "feature")
PICKS = 300.0
"""A score so large that the softmax picks one token, whatever the scale is."""


class Sizes(NamedTuple):
    """What an attention is made for."""

    h: int
    n_h: int
    n_kv: int
    h_d: int


# As many heads of keys as of queries, and heads that share the hidden size: what else
# there may be has checks of its own.
PLAIN = st.sampled_from([Sizes(2, 1, 1, 2), Sizes(4, 2, 2, 2), Sizes(12, 3, 3, 4)])
GROUPED = st.sampled_from([Sizes(8, 4, 2, 2), Sizes(12, 6, 2, 2), Sizes(24, 6, 3, 4)])
ANY = st.builds(
    lambda h, n_kv, group, half: Sizes(h, n_kv * group, n_kv, 2 * half),
    *(st.integers(*ends) for ends in ((2, 9), (1, 3), (1, 3), (1, 4))),
)
ROWS = st.integers(1, 3)
SEEDS = st.integers(0, 999)


def normal(random, *shape):
    """Return numbers of about one."""
    return torch.randn(shape, generator=random)


def make_weights(sizes, random, **chosen):
    """Return a state dict; `chosen` are the weights that a check makes itself."""
    h, n_h, n_kv, h_d = sizes
    shapes = {
        "q_proj": (n_h * h_d, h),
        "k_proj": (n_kv * h_d, h),
        "v_proj": (n_kv * h_d, h),
        "o_proj": (h, n_h * h_d),
    }
    return {
        f"{name}.weight": chosen[name]
        if name in chosen
        else normal(random, *shape) * 1.5 / shape[1] ** 0.5
        for name, shape in shapes.items()
    }


def make_config(submission, probes, sizes):
    """Return a configuration of these sizes, made beside the submission."""
    settings = {
        "hidden_size": sizes.h,
        "intermediate_size": 7,
        "num_attention_heads": sizes.n_h,
        "num_key_value_heads": sizes.n_kv,
        "head_dim": sizes.h_d,
    }
    return probes.modules.made(submission.Attention, "config.DecoderConfig", settings)


def build(submission, probes, sizes, weights):
    """Return an attention with these weights; a bias that it has besides is zero."""
    config = make_config(submission, probes, sizes)
    return probes.modules.built(
        submission.Attention, config, 0, weights=weights, strict=False
    )


def turned(x, sizes, turns=None):
    """Return cos and sin that turn tokens half way round where `turns` says 1."""
    b, s, _ = x.shape
    turns = torch.zeros(b, s) if turns is None else torch.tensor(turns).float()
    cos = (1 - 2 * turns)[:, :, None].repeat(1, 1, sizes.h_d)  # [b, s, h_d]
    return cos, torch.zeros(b, s, sizes.h_d)


def attend(module, x, sizes, *, turns=None, mask=None, cache=None):
    """Call an attention, and fail unless the answer is a tensor like its input."""
    positions = turned(x, sizes, turns)
    output = call(module, x, positions, attention_mask=mask, cache=cache)
    assert_tensor(output, shape=tuple(x.shape), dtype=x.dtype, what="the output")
    return output


def assert_formula(actual, formula, *tensors, what="output"):
    """Compare with a formula in float64; it also says how far float32 may be off."""
    expected = formula(*(tensor.double() for tensor in tensors))
    allowance = OutputAllowance(honest=formula(*tensors))
    assert_parity(actual, expected, what, within=allowance, axes=AXES)


def assert_depends(output, other):
    """Fail where other weights change nothing: such answers are equal anyway."""
    differs = bool((output != other).any())
    what = "whether other weights give another output"
    assert_parity(differs, expected=True, what=what)


def heads_of(x, weight, h_d):
    """Return the projection of `x`, `[b, s, n * h_d]`, as n heads `[b, s, h_d]`."""
    return (x @ weight.T).split(h_d, dim=-1)


@pytest.mark.points(1)
@given(sizes=ANY)
@example(sizes=Sizes(6, 4, 2, 8))
@example(sizes=Sizes(8, 3, 1, 4))
def test_has_four_projections_and_nothing_else(submission, probes, sizes):
    """Names and shapes are those of any LLaMA, so that its weights can be loaded."""
    config = make_config(submission, probes, sizes)
    weights = make_weights(sizes, torch.Generator())

    module = probes.modules.built(submission.Attention, config, 0)
    shapes = probes.modules.shapes(module)

    expected = {name: tuple(weight.shape) for name, weight in weights.items()}
    assert_parity(shapes, expected, "the shapes of the state dict")


@pytest.mark.points(2)
@given(sizes=PLAIN, b=ROWS, turn=st.integers(0, 1), seed=SEEDS)
@example(sizes=Sizes(2, 1, 1, 2), b=1, turn=0, seed=0)
@example(sizes=Sizes(12, 3, 3, 4), b=2, turn=1, seed=1)
def test_hands_a_single_token_its_own_value(submission, probes, sizes, b, turn, seed):
    """One token attends to itself alone: what is left are v_proj and o_proj."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(sizes, random)
    x = normal(random, b, 1, sizes.h)
    module = build(submission, probes, sizes, weights)

    output = attend(module, x, sizes, turns=[[turn]] * b)

    v_proj, o_proj = weights["v_proj.weight"], weights["o_proj.weight"]
    assert_formula(output, lambda x, v, o: x @ v.T @ o.T, x, v_proj, o_proj)


@pytest.mark.points(2)
@given(sizes=PLAIN, b=ROWS, s=st.integers(2, 5), seed=SEEDS)
@example(sizes=Sizes(2, 1, 1, 2), b=1, s=2, seed=0)
@example(sizes=Sizes(12, 3, 3, 4), b=2, s=5, seed=1)
def test_averages_what_came_before_where_queries_are_zero(
    submission, probes, sizes, b, s, seed
):
    """Scores of zero leave the causal mask: each token gets the mean up to itself."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(sizes, random, q_proj=torch.zeros(sizes.h, sizes.h))
    x = normal(random, b, s, sizes.h)
    module = build(submission, probes, sizes, weights)

    output = attend(module, x, sizes)

    def mean_so_far(x, v, o):
        means = [x[:, : i + 1].mean(1) for i in range(s)]
        return torch.stack(means, 1) @ v.T @ o.T

    v_proj, o_proj = weights["v_proj.weight"], weights["o_proj.weight"]
    assert_formula(output, mean_so_far, x, v_proj, o_proj)


def between_two(sizes):
    """Return how the second of two tokens weighs both: by a sigmoid, head by head."""

    def formula(x, q_proj, k_proj, v_proj, o_proj):
        outputs = []
        for q, k, v in zip(
            heads_of(x, q_proj, sizes.h_d),
            heads_of(x, k_proj, sizes.h_d),
            heads_of(x, v_proj, sizes.h_d),
            strict=True,
        ):
            both = (q[:, 1:] * k).sum(-1) / sizes.h_d**0.5  # [b, 2]
            share = torch.sigmoid(both[:, 1] - both[:, 0])[:, None]
            outputs.append(share * v[:, 1] + (1 - share) * v[:, 0])
        return torch.cat(outputs, -1) @ o_proj.T  # [b, h]

    return formula


@pytest.mark.points(3)
@given(sizes=PLAIN, b=ROWS, seed=SEEDS)
@example(sizes=Sizes(2, 1, 1, 2), b=1, seed=0)
@example(sizes=Sizes(12, 3, 3, 4), b=2, seed=1)
def test_weighs_two_tokens_by_their_scaled_scores(submission, probes, sizes, b, seed):
    """A softmax over two scores is a sigmoid of their difference."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(sizes, random)
    x = normal(random, b, 2, sizes.h)
    module = build(submission, probes, sizes, weights)

    output = attend(module, x, sizes)

    assert_formula(output[:, 1], between_two(sizes), x, *weights.values())


def picking(sizes, random, signs_of_queries, signs_of_keys):
    """Return weights and two tokens of which each head of queries picks one.

    The second token's score is `PICKS` or its negative, as the signs of the head of
    queries and its head of keys multiply to; the first token's is zero.
    """
    h, n_h, n_kv, h_d = sizes
    q_proj, k_proj = torch.zeros(n_h, h_d, h), torch.zeros(n_kv, h_d, h)
    q_proj[:, 0, 1] = PICKS * torch.tensor(signs_of_queries).float()
    k_proj[:, 0, 1] = torch.tensor(signs_of_keys).float()
    x = torch.zeros(1, 2, h)
    x[0, 0, 0] = x[0, 1, 1] = 1  # the first token is feature 0, the second feature 1
    chosen = {"q_proj": q_proj.flatten(0, 1), "k_proj": k_proj.flatten(0, 1)}
    return make_weights(sizes, random, **chosen), x


@pytest.mark.points(2)
@given(sizes=GROUPED, seed=SEEDS)
@example(sizes=Sizes(8, 4, 2, 2), seed=0)
@example(sizes=Sizes(24, 6, 3, 4), seed=1)
def test_shares_a_key_head_among_neighbouring_queries(submission, probes, sizes, seed):
    """The first heads of queries share the first head of keys and values, and so on."""
    group = sizes.n_h // sizes.n_kv
    of_queries = [1] * sizes.n_h
    of_keys = [(-1) ** j for j in range(sizes.n_kv)]
    random = torch.Generator().manual_seed(seed)
    weights, x = picking(sizes, random, of_queries, of_keys)
    module = build(submission, probes, sizes, weights)

    output = attend(module, x, sizes)

    def picked(x, v_proj, o_proj):
        v = heads_of(x, v_proj, sizes.h_d)
        heads = [
            v[i // group][:, 1 if of_queries[i] * of_keys[i // group] > 0 else 0]
            for i in range(sizes.n_h)
        ]
        return torch.cat(heads, -1) @ o_proj.T  # [1, h]

    v_proj, o_proj = weights["v_proj.weight"], weights["o_proj.weight"]
    assert_formula(output[:, 1], picked, x, v_proj, o_proj)


@pytest.mark.points(2)
@given(sizes=PLAIN, seed=SEEDS, signs=st.permutations([0, 1, 2, 3]))
@example(sizes=Sizes(2, 1, 1, 2), seed=0, signs=[0, 1, 2, 3])
@example(sizes=Sizes(12, 3, 3, 4), seed=1, signs=[3, 1, 0, 2])
def test_rotates_queries_and_keys_and_not_values(
    submission, probes, sizes, seed, signs
):
    """A half turn of one of two tokens turns the sign of what one scores the other."""
    random = torch.Generator().manual_seed(seed)
    weights, x = picking(sizes, random, [1] * sizes.n_h, [1] * sizes.n_kv)
    # The second token asks, the first one has the key.
    weights["k_proj.weight"] = weights["k_proj.weight"].roll(-1, dims=1)
    turns = [[[0, 0], [0, 1], [1, 0], [1, 1]][i] for i in signs]
    x = x.repeat(4, 1, 1)
    module = build(submission, probes, sizes, weights)

    output = attend(module, x, sizes, turns=turns)

    def picked(x, v, o):
        first = torch.tensor([one == other for one, other in turns])
        return torch.where(first[:, None], x[:, 0], x[:, 1]) @ v.T @ o.T

    v_proj, o_proj = weights["v_proj.weight"], weights["o_proj.weight"]
    assert_formula(output[:, 1], picked, x, v_proj, o_proj)


PADDINGS = st.tuples(st.integers(0, 2), st.integers(1, 3), st.integers(0, 2))


@pytest.mark.points(2)
@given(sizes=PLAIN, paddings=st.lists(PADDINGS, min_size=1, max_size=3), seed=SEEDS)
@example(sizes=Sizes(2, 1, 1, 2), paddings=[(0, 2, 1)], seed=0)
@example(sizes=Sizes(2, 1, 1, 2), paddings=[(1, 2, 0)], seed=0)
@example(sizes=Sizes(12, 3, 3, 4), paddings=[(0, 3, 1), (2, 2, 0), (1, 3, 0)], seed=1)
def test_leaves_padding_out_on_either_side(submission, probes, sizes, paddings, seed):
    """Each real token gets the mean of the real ones up to itself, row by row."""
    s = max(map(sum, paddings))
    mask = torch.zeros(len(paddings), s, dtype=torch.long)
    for row, (left, n, _) in enumerate(paddings):
        mask[row, left : left + n] = 1
    real = mask.bool()
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(sizes, random, q_proj=torch.zeros(sizes.h, sizes.h))
    x = normal(random, *mask.shape, sizes.h)
    x = torch.where(real[:, :, None], x, 9 * x)
    module = build(submission, probes, sizes, weights)

    output = attend(module, x, sizes, mask=mask)

    def mean_of_real(x, v, o):
        rows = []
        for row, (left, n, _) in zip(x, paddings, strict=True):
            rows += [row[left : left + i + 1].mean(0) for i in range(n)]
        return torch.stack(rows) @ v.T @ o.T

    v_proj, o_proj = weights["v_proj.weight"], weights["o_proj.weight"]
    what = "output[attention_mask == 1]"
    assert_formula(output[real], mean_of_real, x, v_proj, o_proj, what=what)


@pytest.mark.points(1)
@given(sizes=PLAIN, s=st.integers(1, 4), n_padding=st.integers(1, 4), seed=SEEDS)
@example(sizes=Sizes(2, 1, 1, 2), s=2, n_padding=1, seed=0)
@example(sizes=Sizes(12, 3, 3, 4), s=3, n_padding=3, seed=1)
def test_stays_finite_where_there_is_nothing_to_attend_to(
    submission, probes, sizes, s, n_padding, seed
):
    """A query at padding, whose keys are all masked, gives any number, but a number."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(sizes, random)
    mask = torch.ones(2, s, dtype=torch.long)
    mask[0, :n_padding] = 0
    x = normal(random, 2, s, sizes.h)
    module = build(submission, probes, sizes, weights)

    output = attend(module, x, sizes, mask=mask)

    other = build(submission, probes, sizes, make_weights(sizes, random))
    assert_depends(output, attend(other, x, sizes, mask=mask))
    nothing = OutputAllowance(honest=x, counted=torch.zeros(2, s, dtype=torch.bool))
    assert_parity(output, x.double(), "output", within=nothing, axes=AXES)


@pytest.mark.points(1)
@given(
    chunks=st.lists(st.integers(1, 3), min_size=2, max_size=4),
    n_kept=st.integers(0, 4),
    seed=SEEDS,
)
@example(chunks=[1, 1], n_kept=1, seed=0)
@example(chunks=[3, 1, 2], n_kept=4, seed=1)
def test_cache_keeps_every_layer_in_order(submission, chunks, n_kept, seed):
    """A cache appends, tells how much it holds, and forgets the end where it must."""
    random = torch.Generator().manual_seed(seed)
    cache = call(submission.KVCache)
    layers = {0: [], 3: []}
    assert_parity(call(cache.length, 0), 0, "length(0) of a new cache")

    for s in chunks:
        for index, added in layers.items():
            k, v = normal(random, 2, 3, s, 4), normal(random, 2, 3, s, 4)
            added.append((k, v))
            both = call(cache.update, index, k, v)
            expected = tuple(torch.cat(each, 2) for each in zip(*added, strict=True))
            assert_type(both, tuple, f"update({index}, k, v)")
            assert_parity(both, expected, f"update({index}, k, v)")

    for index in layers:
        assert_parity(call(cache.length, index), sum(chunks), f"length({index})")
    call(cache.crop, n_kept)
    for index, added in layers.items():
        n = min(n_kept, sum(chunks))
        assert_parity(call(cache.length, index), n, f"length({index}) after a crop")
        new = normal(random, 2, 3, 1, 4), normal(random, 2, 3, 1, 4)
        both = call(cache.update, index, *new)
        old = (torch.cat(each, 2)[:, :, :n] for each in zip(*added, strict=True))
        expected = tuple(torch.cat(each, 2) for each in zip(old, new, strict=True))
        assert_parity(both, expected, f"update({index}, k, v) after a crop")


@pytest.mark.points(2)
@given(sizes=PLAIN, b=ROWS, s=st.integers(2, 5), seed=SEEDS)
@example(sizes=Sizes(2, 1, 1, 2), b=1, s=2, seed=0)
@example(sizes=Sizes(12, 3, 3, 4), b=2, s=4, seed=1)
def test_attends_to_cached_tokens_one_by_one(submission, probes, sizes, b, s, seed):
    """With a cache a token is given alone, and still gets the mean up to itself."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(sizes, random, q_proj=torch.zeros(sizes.h, sizes.h))
    x = normal(random, b, s, sizes.h)
    module = build(submission, probes, sizes, weights)
    cache = call(submission.KVCache)

    for i in range(s):
        output = attend(module, x[:, i : i + 1], sizes, cache=cache)

        v_proj, o_proj = weights["v_proj.weight"], weights["o_proj.weight"]
        assert_formula(
            output[:, 0],
            lambda x, v, o: x.mean(1) @ v.T @ o.T,
            x[:, : i + 1],
            v_proj,
            o_proj,
            what=f"output of token {i}",
        )
        assert_parity(call(cache.length, 0), i + 1, "length(0) of the cache")


@pytest.mark.points(1)
@given(sizes=PLAIN, b=ROWS, seed=SEEDS)
@example(sizes=Sizes(4, 2, 2, 2), b=1, seed=0)
@example(sizes=Sizes(12, 3, 3, 4), b=2, seed=1)
def test_hands_gradients_to_every_projection(submission, probes, sizes, b, seed):
    """What the second of two tokens gets depends on all four weights and the input."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(sizes, random)
    x, cotangent = normal(random, b, 2, sizes.h), normal(random, b, 2, sizes.h)
    module = build(submission, probes, sizes, weights)

    found = probes.modules.gradients(module, cotangent, x, turned(x, sizes))

    gradients = found["parameters"] | {"hidden_states": found["arguments"][0]}
    without = [
        name
        for name in (*weights, "hidden_states")
        if gradients.get(name) is None or not gradients[name].any()
    ]
    assert_parity(without, [], "what gets no gradient")


@pytest.mark.points(1)
def test_makes_its_masks_on_the_device_of_its_inputs(submission, probes):
    """On a GPU a tensor that was left on the CPU ends the run; here a fake one does."""
    sizes = Sizes(12, 3, 3, 4)
    random = torch.Generator().manual_seed(0)
    module = build(submission, probes, sizes, make_weights(sizes, random))
    x, mask = normal(random, 2, 3, sizes.h), torch.tensor([[0, 1, 1], [1, 1, 1]])
    positions = turned(x, sizes)
    other = build(submission, probes, sizes, make_weights(sizes, random))

    output = attend(module, x, sizes, mask=mask)
    assert_depends(output, attend(other, x, sizes, mask=mask))
    left = probes.device.left_behind(module, x, positions)
    left += probes.device.left_behind(module, x, positions, mask)
    left += probes.device.left_behind(module, x, positions, mask, submission.KVCache())

    assert_parity(left, [], "what stays on the CPU")
