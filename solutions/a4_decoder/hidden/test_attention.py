"""Hidden checks of attention.

In shapes, b is rows, s new tokens, total cached and new tokens, h the hidden size, n_h
and n_kv heads of queries and of keys and values, h_d features of one head.

Positions are rotated by half turns, as in the public checks; only the parity with the
library uses angles, and so the submission's rope.py.
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


class Sizes(NamedTuple):
    """What an attention is made for."""

    h: int
    n_h: int
    n_kv: int
    h_d: int


PLAIN = st.sampled_from([Sizes(4, 2, 2, 2), Sizes(2, 1, 1, 2), Sizes(12, 3, 3, 4)])
ANY = st.sampled_from(
    [Sizes(6, 4, 2, 4), Sizes(5, 6, 3, 2), Sizes(8, 3, 1, 4), Sizes(7, 3, 3, 6)]
)
SHAPES = st.tuples(st.integers(1, 3), st.integers(2, 6))
SEEDS = st.integers(0, 999)


def normal(random, *shape):
    """Return numbers of about one."""
    return torch.randn(shape, generator=random)


def bits(random, *shape):
    """Return zeros and ones."""
    return torch.randint(2, shape, generator=random)


def make_weights(sizes, random):
    """Return a state dict."""
    h, n_h, n_kv, h_d = sizes
    shapes = {
        "q_proj": (n_h * h_d, h),
        "k_proj": (n_kv * h_d, h),
        "v_proj": (n_kv * h_d, h),
        "o_proj": (h, n_h * h_d),
    }
    return {
        f"{name}.weight": normal(random, *shape) * 1.5 / shape[1] ** 0.5
        for name, shape in shapes.items()
    }


def settings(sizes):
    """Return the arguments of a configuration of these sizes."""
    return {
        "hidden_size": sizes.h,
        "intermediate_size": 7,
        "num_attention_heads": sizes.n_h,
        "num_key_value_heads": sizes.n_kv,
        "head_dim": sizes.h_d,
    }


def build(submission, probes, sizes, weights, layer_idx=0, **options):
    """Return an attention with these weights; a bias that it has besides is zero."""
    options = {"strict": False} | options
    config = probes.modules.made(
        submission.Attention, "config.DecoderConfig", settings(sizes)
    )
    return probes.modules.built(
        submission.Attention, config, layer_idx, weights=weights, **options
    )


def honest(reference, sizes, weights):
    """Return the reference with these weights, in their dtype."""
    module = reference.Attention(reference.DecoderConfig(**settings(sizes)), 0)
    module.to(weights["q_proj.weight"].dtype).load_state_dict(weights)
    return module


def turned(x, sizes, turns=None):
    """Return cos and sin that turn tokens half way round where `turns` says 1."""
    b, s, _ = x.shape
    turns = torch.zeros(b, s) if turns is None else turns
    cos = (1 - 2 * turns).to(x.dtype)[:, :, None].repeat(1, 1, sizes.h_d)
    return cos, torch.zeros_like(cos)  # each [b, s, h_d]


def attend(module, x, positions, mask=None, cache=None):
    """Call an attention, and fail unless the answer is a tensor like its input."""
    output = call(module, x, positions, attention_mask=mask, cache=cache)
    assert_tensor(output, shape=tuple(x.shape), dtype=x.dtype, what="the output")
    return output


def assert_same(actual, own, what):
    """Compare with what the submission itself gives where it must give the same.

    Both are rounded, and what comes before a softmax more than once.
    """
    allowance = OutputAllowance(honest=own, floor=16)
    assert_parity(actual, own.double(), what, within=allowance, axes=AXES)


def assert_depends(output, other):
    """Fail where other weights change nothing: such answers are equal anyway."""
    differs = bool((output != other).any())
    what = "whether other weights give another output"
    assert_parity(differs, expected=True, what=what)


def true_attention(x, weights, turns, mask, sizes):
    """Return the output in the dtype of `x`, token by token and head by head."""
    group = sizes.n_h // sizes.n_kv
    q, k, v = (
        (x @ weights[f"{name}_proj.weight"].T).split(sizes.h_d, dim=-1)
        for name in "qkv"
    )
    signs = (1 - 2 * turns).to(x.dtype)  # [b, s]
    tokens = []
    for i in range(x.shape[1]):
        heads = []
        for head in range(sizes.n_h):
            keys, values = k[head // group], v[head // group]
            query = q[head][:, i] * signs[:, i, None] / sizes.h_d**0.5
            scores = torch.einsum("bd,btd->bt", query, keys * signs[:, :, None])
            # Finite, so that a query without a key can be computed; it does not count.
            hidden = mask == 0
            hidden = hidden | (torch.arange(x.shape[1]) > i)
            shares = scores.masked_fill(hidden, -1e9).softmax(-1)
            heads.append(torch.einsum("bt,btd->bd", shares, values))
        tokens.append(torch.cat(heads, -1))
    return torch.stack(tokens, 1) @ weights["o_proj.weight"].T


def doubled(weights):
    """Return weights in float64."""
    return {name: weight.double() for name, weight in weights.items()}


@pytest.mark.points(2)
@given(sizes=ANY, shape=SHAPES, seed=SEEDS)
@example(sizes=Sizes(6, 4, 2, 4), shape=(2, 5), seed=0)
@example(sizes=Sizes(5, 6, 3, 2), shape=(3, 6), seed=1)
@example(sizes=Sizes(8, 3, 1, 4), shape=(2, 4), seed=2)
def test_agrees_with_plain_arithmetic(
    submission, probes, reference, sizes, shape, seed
):
    """Heads, groups, masks, positions and scale, all at once."""
    b, s = shape
    random = torch.Generator().manual_seed(seed)
    weights, x = make_weights(sizes, random), normal(random, b, s, sizes.h)
    turns, mask = bits(random, b, s), bits(random, b, s)
    mask[:, 0] = 1
    positions = turned(x, sizes, turns)
    module = build(submission, probes, sizes, weights)

    output = attend(module, x, positions, mask)

    expected = true_attention(x.double(), doubled(weights), turns, mask, sizes)
    ours = honest(reference, sizes, weights)(x, positions, mask)
    allowance = OutputAllowance(honest=ours.detach())
    assert_parity(output, expected, "output", within=allowance, axes=AXES)


@pytest.mark.points(2)
@given(sizes=ANY, shape=SHAPES, seed=SEEDS)
@example(sizes=Sizes(6, 4, 2, 4), shape=(2, 4), seed=0)
@example(sizes=Sizes(5, 6, 3, 2), shape=(3, 5), seed=1)
def test_gradients_agree_with_plain_arithmetic(
    submission, probes, reference, sizes, shape, seed
):
    """Every projection and the input learn what they should, padding left out."""
    b, s = shape
    random = torch.Generator().manual_seed(seed)
    weights, x = make_weights(sizes, random), normal(random, b, s, sizes.h)
    turns, mask = bits(random, b, s), torch.ones(b, s, dtype=torch.long)
    mask[0, 1] = 0
    positions = turned(x, sizes, turns)
    cotangent = normal(random, *x.shape) * mask[:, :, None]
    module = build(submission, probes, sizes, weights)

    found = probes.modules.gradients(
        module, cotangent, x, positions, attention_mask=mask
    )

    names = ("hidden_states", *weights)
    ours = honest(reference, sizes, weights)
    leaf = x.clone().requires_grad_()
    parameters = dict(ours.named_parameters())
    leaves = [leaf, *(parameters[name] for name in weights)]
    near = torch.autograd.grad(ours(leaf, positions, mask), leaves, cotangent)
    leaves = [t.double().requires_grad_() for t in (x, *weights.values())]
    truth = dict(zip(weights, leaves[1:], strict=True))
    output = true_attention(leaves[0], truth, turns, mask, sizes)
    true = torch.autograd.grad(output, leaves, cotangent.double())
    actual = {name: found["parameters"].get(name) for name in weights}
    assert_parity(
        {"hidden_states": found["arguments"][0]} | actual,
        dict(zip(names, true, strict=True)),
        "the gradients",
        within=GradientAllowance(honest=dict(zip(names, near, strict=True))),
    )


@once
def library_layer(sizes):
    """Return the attention of a LLaMA of the library's and its rotary embedding."""
    from transformers import LlamaConfig, LlamaForCausalLM  # noqa: PLC0415 - takes seconds

    config = LlamaConfig(
        **settings(sizes),
        num_hidden_layers=1,
        vocab_size=8,
        rope_theta=500.0,
        attn_implementation="eager",
    )
    model = LlamaForCausalLM(config).eval()
    return model.model.layers[0].self_attn, model.model.rotary_emb


@pytest.mark.points(2)
@given(
    sizes=st.sampled_from([Sizes(8, 4, 2, 6), Sizes(6, 3, 1, 4), Sizes(12, 6, 3, 2)]),
    start=st.integers(0, 99),
    seed=SEEDS,
)
@example(sizes=Sizes(8, 4, 2, 6), start=3, seed=0)
def test_agrees_with_the_attention_of_transformers(
    submission, probes, reference, sizes, start, seed
):
    """The weights of the library's layer load strictly, both ways, and do the same."""
    random = torch.Generator().manual_seed(seed)
    layer, rotary = library_layer(sizes)
    s = 5
    weights, x = make_weights(sizes, random), normal(random, 2, s, sizes.h)
    layer.load_state_dict(weights)
    places = start + 2 * torch.arange(s) + torch.tensor([[0], [5]])  # [b, s]
    positions = tuple(each.detach() for each in rotary(x, places))
    least = torch.finfo(torch.float32).min
    hidden = torch.full((1, 1, s, s), least).triu(1)

    module = build(submission, probes, sizes, weights, strict=True)
    output = attend(module, x, positions)

    with torch.no_grad():
        expected, _ = layer(
            hidden_states=x, position_embeddings=positions, attention_mask=hidden
        )
        ours = honest(reference, sizes, weights)(x, positions)
    allowance = OutputAllowance(honest=ours)
    assert_parity(output, expected.double(), "output", within=allowance, axes=AXES)
    assert_parity(probes.modules.state(module), weights, "the state dict")


@pytest.mark.points(1)
@given(dtype=st.sampled_from([torch.bfloat16, torch.float16]), sizes=PLAIN, seed=SEEDS)
@example(dtype=torch.bfloat16, sizes=Sizes(12, 3, 3, 4), seed=0)
@example(dtype=torch.float16, sizes=Sizes(12, 3, 3, 4), seed=1)
def test_keeps_the_dtype_of_its_input(
    submission, probes, reference, dtype, sizes, seed
):
    """In half precision it answers in half precision, and as well as that allows."""
    random = torch.Generator().manual_seed(seed)
    low = {name: w.to(dtype) for name, w in make_weights(sizes, random).items()}
    wide = {name: weight.float() for name, weight in low.items()}
    x, mask = normal(random, 2, 5, sizes.h).to(dtype), torch.ones(2, 5).long()
    in_low = x, turned(x, sizes), mask
    in_wide = x.float(), turned(x.float(), sizes), mask

    own = attend(build(submission, probes, sizes, wide), *in_wide).detach()
    other = build(submission, probes, sizes, make_weights(sizes, random))
    assert_depends(own, attend(other, *in_wide))
    output = attend(build(submission, probes, sizes, low), *in_low)

    # What it gives in float32 is expected, give or take what rounding costs ours.
    ours = [
        honest(reference, sizes, weights)(*arguments).detach().double()
        for weights, arguments in ((low, in_low), (wide, in_wide))
    ]
    near = (own.double() + ours[0] - ours[1]).to(dtype)
    allowance = OutputAllowance(honest=near)
    assert_parity(output, own.double(), "output", within=allowance, axes=AXES)


CHUNKS = st.lists(st.integers(1, 3), min_size=2, max_size=4)


@pytest.mark.points(3)
@given(sizes=PLAIN, chunks=CHUNKS, n_padding=st.integers(0, 2), seed=SEEDS)
@example(sizes=Sizes(2, 1, 1, 2), chunks=[2, 1], n_padding=0, seed=0)
@example(sizes=Sizes(12, 3, 3, 4), chunks=[3, 1, 1, 2], n_padding=2, seed=1)
@example(sizes=Sizes(4, 2, 2, 2), chunks=[2, 3, 2], n_padding=1, seed=2)
def test_chunks_through_a_cache_equal_the_whole(
    submission, probes, sizes, chunks, n_padding, seed
):
    """However a text is cut, each token gets what it gets from the whole text."""
    random = torch.Generator().manual_seed(seed)
    total = sum(chunks)
    weights, x = make_weights(sizes, random), normal(random, 2, total, sizes.h)
    cos, sin = turned(x, sizes, bits(random, 2, total))
    mask = torch.ones(2, total, dtype=torch.long)
    mask[0, :n_padding] = 0
    module = build(submission, probes, sizes, weights)
    cache = call(submission.KVCache)

    whole = attend(module, x, (cos, sin), mask).detach()
    other = build(submission, probes, sizes, make_weights(sizes, random))
    assert_depends(whole, attend(other, x, (cos, sin), mask))

    ends = torch.tensor(chunks).cumsum(0).tolist()
    for start, end in zip([0, *ends], ends, strict=False):
        new = slice(start, end)
        output = attend(
            module, x[:, new], (cos[:, new], sin[:, new]), mask[:, :end], cache
        )
        real = mask[:, new].bool()
        what = f"output of real tokens {start} to {end - 1}"
        assert_same(output[real], whole[:, new][real], what)


@pytest.mark.points(2)
@given(
    sizes=st.sampled_from([Sizes(8, 4, 2, 2), Sizes(6, 3, 1, 2)]),
    s=st.integers(2, 4),
    seed=SEEDS,
)
@example(sizes=Sizes(8, 4, 2, 2), s=3, seed=0)
def test_cache_holds_rotated_keys_of_each_layer(submission, probes, sizes, s, seed):
    """What is stored is rotated once and not repeated, and every layer has its own."""
    random = torch.Generator().manual_seed(seed)
    shape = (2, s, sizes.n_kv, sizes.h_d)
    x, turns = normal(random, 2, s, sizes.h), bits(random, 2, s)
    turns[:, 0], turns[:, 1] = 1, 0
    cos, sin = positions = turned(x, sizes, turns)
    cache = call(submission.KVCache)
    of_layer = {}

    for index in (0, 2):
        weights = make_weights(sizes, random)
        of_layer[index] = build(submission, probes, sizes, weights, index), weights
        attend(of_layer[index][0], x, positions, cache=cache)

    for index, (module, weights) in of_layer.items():
        assert_parity(call(cache.length, index), s, f"length({index})")
        nothing = torch.zeros(2, sizes.n_kv, 0, sizes.h_d)
        held = call(cache.update, index, nothing, nothing)

        def stored(x, k_proj, v_proj):
            k = (x @ k_proj.T).reshape(shape) * cos[:, :, None].to(x.dtype)
            v = (x @ v_proj.T).reshape(shape)
            return [k.transpose(1, 2), v.transpose(1, 2)]

        tensors = (x, weights["k_proj.weight"], weights["v_proj.weight"])
        expected = stored(*(tensor.double() for tensor in tensors))
        allowance = OutputAllowance(honest=stored(*tensors))
        assert_parity(list(held), expected, f"cache {index}", within=allowance)
        if index == 0:
            continue
        call(cache.crop, s - 1)
        last = cos[:, -1:], sin[:, -1:]
        again = attend(module, x[:, -1:], last, cache=cache)
        whole = attend(module, x, positions).detach()
        assert_same(again, whole[:, -1:], "output after a crop")


@pytest.mark.points(1)
@given(
    sizes=PLAIN,
    lengths=st.lists(st.integers(1, 4), min_size=2, max_size=3),
    junk=st.sampled_from([0.0, 50.0]),
    seed=SEEDS,
)
@example(sizes=Sizes(2, 1, 1, 2), lengths=[1, 2], junk=50.0, seed=0)
@example(sizes=Sizes(12, 3, 3, 4), lengths=[4, 2, 3], junk=50.0, seed=1)
def test_rows_answer_as_they_do_alone(submission, probes, sizes, lengths, junk, seed):
    """Neither padding nor the other rows change what a row gets."""
    random = torch.Generator().manual_seed(seed)
    weights, s = make_weights(sizes, random), max(lengths)
    module = build(submission, probes, sizes, weights)
    rows = [normal(random, 1, n, sizes.h) for n in lengths]

    alone = [attend(module, row, turned(row, sizes)).detach() for row in rows]
    other = build(submission, probes, sizes, make_weights(sizes, random))
    assert_depends(alone[0], attend(other, rows[0], turned(rows[0], sizes)))

    for side in ("left", "right"):
        x = junk * normal(random, len(rows), s, sizes.h)
        mask = torch.zeros(len(rows), s, dtype=torch.long)
        for index, (row, n) in enumerate(zip(rows, lengths, strict=True)):
            places = slice(s - n, s) if side == "left" else slice(0, n)
            x[index, places], mask[index, places] = row[0], 1
        output = attend(module, x, turned(x, sizes), mask)
        for index, expected in enumerate(alone):
            real = output[index][mask[index].bool()][None]
            assert_same(real, expected, f"real tokens of row {index}, padded {side}")


@pytest.mark.points(1)
@given(sizes=PLAIN, n_padding=st.integers(1, 3), seed=SEEDS)
@example(sizes=Sizes(2, 1, 1, 2), n_padding=1, seed=0)
@example(sizes=Sizes(12, 3, 3, 4), n_padding=3, seed=1)
def test_gradients_stay_finite_beside_padding(
    submission, probes, sizes, n_padding, seed
):
    """A row of padding, or padding on the left, must not poison what is learned."""
    random = torch.Generator().manual_seed(seed)
    weights, x = make_weights(sizes, random), normal(random, 2, 3, sizes.h)
    mask = torch.ones(2, 3, dtype=torch.long)
    mask[0, :n_padding] = 0
    module = build(submission, probes, sizes, weights)
    other = build(submission, probes, sizes, make_weights(sizes, random))

    arguments = (x, turned(x, sizes), mask)
    assert_depends(attend(module, *arguments), attend(other, *arguments))
    found = probes.modules.gradients(module, torch.ones_like(x), *arguments)

    for name, weight in (("hidden_states", x), *weights.items()):
        got = found["arguments"][0] if weight is x else found["parameters"].get(name)
        nothing = torch.zeros(weight.shape, dtype=torch.bool)
        allowance = OutputAllowance(honest=weight, counted=nothing)
        if got is not None:
            what = f"the gradient of {name}"
            assert_parity(got, weight.double(), what, within=allowance)


@pytest.mark.points(1)
@given(sizes=PLAIN, seed=SEEDS)
@example(sizes=Sizes(12, 3, 3, 4), seed=0)
def test_does_nothing_but_answer(submission, probes, sizes, seed):
    """Inputs stay, no call knows of another, and training changes no answer."""
    random = torch.Generator().manual_seed(seed)
    weights, x = make_weights(sizes, random), normal(random, 2, 3, sizes.h)
    positions = turned(x, sizes, bits(random, 2, 3))
    mask = torch.tensor([[1, 1, 0], [1, 1, 1]])
    module = build(submission, probes, sizes, weights)
    arguments = (x, positions, mask)
    own = attend(module, *arguments).detach()
    other = build(submission, probes, sizes, make_weights(sizes, random))
    assert_depends(own, attend(other, *arguments))

    after = probes.calls.arguments_after(module, *arguments)
    assert_unchanged(after, list(arguments), "the arguments after the call")
    assert_no_changes(probes.state.changes(module, *arguments))
    longer = normal(random, 1, 5, sizes.h)
    attend(module, longer, turned(longer, sizes))
    assert_same(attend(module, *arguments), own, "output of a later call")
    apart = probes.views.on_strided(module, *arguments)
    assert_same(apart, own, "output of views")
    training = build(submission, probes, sizes, weights, training=True)
    for what in ("output in training", "output in training, once more"):
        assert_same(attend(training, *arguments), own, what)
    copied = probes.modules.copied(module)
    assert_same(attend(copied, *arguments), own, "output of a copy")
    first = [each[:1].expand(each.shape) for each in (x, *positions)]
    expected = attend(module, first[0], (first[1], first[2])).detach()
    expanded = probes.views.on_expanded(module, first[0], (first[1], first[2]))
    assert_same(expanded, expected, "output of expanded rows")


@pytest.mark.points(1)
def test_a_cached_step_does_not_compute_the_past_again(submission, probes):
    """With each cached token only the attention itself has more to do."""
    sizes, n_steps = Sizes(64, 2, 2, 32), 12
    random = torch.Generator().manual_seed(0)
    module = build(submission, probes, sizes, make_weights(sizes, random))
    x = normal(random, 1, 1, sizes.h)
    cache = submission.KVCache()

    counts = probes.flops.counted(
        module, [[x, turned(x, sizes), None, cache]] * n_steps
    )

    assert_parity(counts[0] > 0, expected=True, what="whether a step computes anything")
    # A product of the query with one more key, and of its weight with one more value;
    # twice that is for those who count otherwise.
    most = 2 * (n_steps - 1) * 4 * sizes.n_h * sizes.h_d
    growth = counts[-1] - counts[0]
    what = f"whether {n_steps} steps grow by at most {most} operations"
    assert_parity(growth <= most, expected=True, what=what)
