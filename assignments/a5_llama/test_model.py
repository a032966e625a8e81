"""Public checks of the model: what stands around its layers, and what all of it gives.

In shapes, b is rows, s new tokens, h the hidden size, v the size of the vocabulary.

Layers are given and right.  Each adds a constant to what it gives, and so does each of
the library's: a model that does not go through its own layers has other logits.  Some
checks leave layers out, or put others in their place that only double and add.
"""

import tempfile
from contextlib import redirect_stderr
from functools import cache as once
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.kit.allowance import OutputAllowance, RotationAllowance
from autograder.kit.calling import call
from autograder.kit.compare import assert_parity, assert_tensor
from autograder.kit.expect import raises

AXES = ("row", "position", "token")


class Sizes(NamedTuple):
    """What a model is made for."""

    v: int
    h: int
    layers: int
    n_h: int
    n_kv: int
    h_d: int


SIZES = st.sampled_from([Sizes(11, 8, 2, 2, 2, 4), Sizes(13, 12, 3, 6, 2, 4)])
SMALL, LARGE = Sizes(11, 8, 2, 2, 2, 4), Sizes(13, 12, 3, 6, 2, 4)
BATCH = st.integers(1, 3)
LENGTH = st.integers(1, 5)
SEEDS = st.integers(0, 999)


def settings(sizes, **more):
    """Return the arguments of a configuration of these sizes."""
    return {
        "vocab_size": sizes.v,
        "hidden_size": sizes.h,
        "intermediate_size": 7,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.n_h,
        "num_key_value_heads": sizes.n_kv,
        "head_dim": sizes.h_d,
        **more,
    }


def shifts(sizes):
    """Return what each layer adds to what it gives, `[h]`."""
    return [
        torch.linspace(-1, 1, sizes.h) * (index + 1) for index in range(sizes.layers)
    ]


def shift(model, sizes):
    """Have every layer of a library's model add its constant."""
    for layer, added in zip(model.model.layers, shifts(sizes), strict=True):
        layer.register_forward_hook(
            lambda _, __, found, added=added: found + added.to(found)
        )
    return model


@once
def library_model(sizes, attention="eager", *, tied=False):
    """Return a LLaMA of the library's."""
    from transformers import LlamaConfig, LlamaForCausalLM  # noqa: PLC0415 - takes seconds

    config = LlamaConfig(
        **settings(sizes, rms_norm_eps=1e-5),
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        tie_word_embeddings=tied,
        attn_implementation=attention,
    )
    return shift(LlamaForCausalLM(config).eval(), sizes)


@once
def shapes(sizes, *, tied=False):
    """Return the names and shapes of the library's state dict."""
    state = library_model(sizes, tied=tied).state_dict()
    return {name: tuple(value.shape) for name, value in state.items()}


def make_weights(sizes, random, *, tied=False):
    """Return a state dict, with norms that weigh every feature otherwise."""
    weights = {}
    for name, shape in shapes(sizes, tied=tied).items():
        numbers = torch.randn(shape, generator=random)
        if len(shape) == 1:
            weights[name] = (1 + 0.5 * numbers).clamp(0.3, 2)
        else:
            weights[name] = numbers * 1.5 / sizes.h**0.5
    if tied:
        weights["lm_head.weight"] = weights["model.embed_tokens.weight"].clone()
    return weights


def make_ids(random, sizes, b, s):
    """Return ids `[b, s]`."""
    return torch.randint(sizes.v, (b, s), generator=random)


def build(submission, probes, sizes, weights, **more):
    """Return a model with these weights; what it has besides is zero."""
    config = probes.modules.made(
        submission.Llama, "config.LlamaModelConfig", settings(sizes, **more)
    )
    module = probes.modules.built(
        submission.Llama, config, weights=weights, strict=False
    )
    probes.layers.shifted(module, "model.layers", shifts(sizes))
    return module


def make_cache(submission, probes):
    """Return an empty cache."""
    return probes.modules.made(submission.Llama, "blocks.KVCache", {})


def run(module, shape, *arguments, **options):
    """Call a model; fail unless float32 logits of this shape come."""
    logits = call(module, *arguments, **options)
    assert_tensor(logits, shape=shape, dtype=torch.float32, what="the logits")
    return logits.detach()


def library_logits(sizes, weights, *, tied=False, **arguments):
    """Return what two attentions of the library's model give."""
    found = []
    for attention in ("eager", "sdpa"):
        model = library_model(sizes, attention, tied=tied)
        model.load_state_dict(weights)
        with torch.no_grad():
            found.append(model(**arguments).logits)
    return found


def assert_near(actual, found, what="logits", counted=None):
    """Compare with the first of two answers, by how far the second is from it."""
    expected, other = found
    allowance = OutputAllowance(honest=other, counted=counted, floor=2)
    assert_parity(actual, expected.double(), what, within=allowance, axes=AXES)


@pytest.mark.points(3)
@given(sizes=SIZES)
@example(sizes=LARGE)
def test_has_the_names_of_a_llama(submission, probes, sizes):
    """An embedding, layers, a norm and a head, under the names that any LLaMA uses."""
    config = probes.modules.made(
        submission.Llama, "config.LlamaModelConfig", settings(sizes)
    )

    module = probes.modules.built(submission.Llama, config)
    found = probes.modules.shapes(module)

    assert_parity(found, shapes(sizes), "the shapes of the state dict")


@pytest.mark.points(3)
@given(
    sizes=SIZES,
    shape=st.tuples(BATCH, LENGTH),
    scale=st.sampled_from([1.0, 1e-3]),
    seed=SEEDS,
)
@example(sizes=SMALL, shape=(1, 1), scale=1.0, seed=0)
@example(sizes=LARGE, shape=(2, 3), scale=1e-3, seed=1)
def test_norms_and_scores_the_embeddings(submission, probes, sizes, shape, scale, seed):
    """A model without layers: an embedding, the norm, the head."""
    random = torch.Generator().manual_seed(seed)
    bare = sizes._replace(layers=0)
    weights = make_weights(bare, random)
    weights["model.embed_tokens.weight"] *= scale
    ids = make_ids(random, bare, *shape)
    module = build(submission, probes, bare, weights, rms_norm_eps=1e-6)

    logits = run(module, (*shape, sizes.v), ids)

    def formula(weights):
        embedding, norm, head = (
            weights[f"{name}.weight"]
            for name in ("model.embed_tokens", "model.norm", "lm_head")
        )
        x = embedding[ids]
        root = (x.square().mean(-1, keepdim=True) + 1e-6).sqrt()
        return x / root * norm @ head.T

    expected = formula({name: weight.double() for name, weight in weights.items()})
    allowance = OutputAllowance(honest=formula(weights))
    assert_parity(logits, expected, "logits", within=allowance, axes=AXES)


@pytest.mark.points(3)
@given(sizes=SIZES, b=BATCH, s=LENGTH, seed=SEEDS)
@example(sizes=SMALL, b=1, s=1, seed=0)
@example(sizes=LARGE, b=2, s=3, seed=1)
def test_goes_through_its_layers_in_order(submission, probes, sizes, b, s, seed):
    """Layers that double and add stand in `model.layers`: each reads the one before."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(sizes, random)
    ids = make_ids(random, sizes, b, s)
    added = list(torch.randn(sizes.layers, sizes.h, generator=random))
    module = build(submission, probes, sizes, weights)

    [seen] = probes.layers.witnessed(
        module, "model.layers", added, [{"input_ids": ids}]
    )

    hidden, expected = weights["model.embed_tokens.weight"][ids], []
    for each in added:
        expected.append(hidden)
        hidden = 2 * hidden + each
    order = [layer["index"] for layer in seen["layers"]]
    assert_parity(order, list(range(sizes.layers)), "the numbers of the layers called")
    for index, (layer, wanted) in enumerate(zip(seen["layers"], expected, strict=True)):
        what = f"what layer {index} gets as hidden_states"
        assert_parity(layer["hidden_states"], wanted, what)


def angles(position_ids, sizes, dtype):
    """Return cos and sin of positions `[b, s]`, each `[b, s, h_d]`."""
    pairs = torch.arange(0, sizes.h_d, 2, dtype=dtype)
    turns = position_ids[:, :, None] * 10000.0 ** (-pairs / sizes.h_d)
    both = torch.cat((turns, turns), -1)
    return {"cos": both.cos(), "sin": both.sin()}


@pytest.mark.points(4)
@given(
    sizes=SIZES,
    chunks=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    is_given=st.booleans(),
    seed=SEEDS,
)
@example(sizes=SMALL, chunks=[2], is_given=False, seed=0)
@example(sizes=LARGE, chunks=[3, 1, 2], is_given=False, seed=1)
@example(sizes=LARGE, chunks=[3, 1, 2], is_given=True, seed=2)
def test_hands_positions_mask_and_cache_to_every_layer(
    submission, probes, sizes, chunks, is_given, seed
):
    """Layers get cos and sin of each token, the mask over all, and the cache."""
    random = torch.Generator().manual_seed(seed)
    b, total = 2, sum(chunks)
    ids = make_ids(random, sizes, b, total)
    mask = torch.ones(b, total, dtype=torch.long)
    mask[1, 0] = 0
    positions = torch.arange(total).expand(b, -1)
    if is_given:
        positions = torch.randint(60, (b, total), generator=random)
    cache = make_cache(submission, probes)
    module = build(submission, probes, sizes, make_weights(sizes, random))
    ends = torch.tensor(chunks).cumsum(0).tolist()
    pieces = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
    calls = [
        {
            "input_ids": ids[:, piece],
            "attention_mask": mask[:, : piece.stop],
            "cache": cache,
            **({"position_ids": positions[:, piece]} if is_given else {}),
        }
        for piece in pieces
    ]
    added = [torch.ones(sizes.h)] * sizes.layers

    found = probes.layers.witnessed(module, "model.layers", added, calls)

    for piece, seen in zip(pieces, found, strict=True):
        n_layers = len(seen["layers"])
        assert_parity(n_layers, sizes.layers, "the number of layers called")
        wide, honest = (
            angles(positions[:, piece], sizes, dtype)
            for dtype in (torch.float64, torch.float32)
        )
        allowance = RotationAllowance(honest=honest, positions=positions[:, piece])
        for index, layer in enumerate(seen["layers"]):
            what = (
                f"what layer {index} gets of tokens {piece.start} to {piece.stop - 1}"
            )
            turned = {name: layer[name] for name in wide}
            assert_parity(turned, wide, what, within=allowance)
            handed = {"attention_mask": mask[:, : piece.stop], "cache": True}
            actual = {name: layer[name] for name in handed}
            assert_parity(actual, handed, what)


@pytest.mark.points(3)
@given(sizes=SIZES, b=BATCH, s=LENGTH, seed=SEEDS)
@example(sizes=SMALL, b=1, s=1, seed=0)
@example(sizes=LARGE, b=3, s=5, seed=1)
def test_gives_the_logits_of_transformers(submission, probes, sizes, b, s, seed):
    """With the weights of the library's model, the same scores of every next token."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(sizes, random)
    ids = make_ids(random, sizes, b, s)
    module = build(submission, probes, sizes, weights)

    logits = run(module, (b, s, sizes.v), ids)

    assert_near(logits, library_logits(sizes, weights, input_ids=ids))


@pytest.mark.points(3)
@given(
    sizes=SIZES,
    chunks=st.lists(st.integers(1, 3), min_size=2, max_size=3),
    seed=SEEDS,
)
@example(sizes=SMALL, chunks=[2, 1], seed=0)
@example(sizes=LARGE, chunks=[3, 1, 2], seed=1)
def test_continues_from_a_cache(submission, probes, sizes, chunks, seed):
    """Piece by piece over one cache, a text gets the logits that it gets at once."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(sizes, random)
    ids = make_ids(random, sizes, 2, sum(chunks))
    module = build(submission, probes, sizes, weights)
    cache = make_cache(submission, probes)

    start, pieces = 0, []
    for s in chunks:
        end = start + s
        pieces.append(run(module, (2, s, sizes.v), ids[:, start:end], cache=cache))
        start = end

    found = library_logits(sizes, weights, input_ids=ids)
    assert_near(torch.cat(pieces, 1), found)


@pytest.mark.points(2)
@given(sizes=SIZES, b=BATCH, s=LENGTH, seed=SEEDS)
@example(sizes=SMALL, b=1, s=1, seed=0)
@example(sizes=LARGE, b=2, s=3, seed=1)
def test_reads_embeddings_in_place_of_ids(submission, probes, sizes, b, s, seed):
    """Features may be given as they are; ids and features at once, or none, may not."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(sizes, random)
    ids = make_ids(random, sizes, b, s)
    embeds = 3 * torch.randn(b, s, sizes.h, generator=random)
    module = build(submission, probes, sizes, weights)

    logits = run(module, (b, s, sizes.v), inputs_embeds=embeds)
    with raises(ValueError, "ids and embeddings at once"):
        module(input_ids=ids, inputs_embeds=embeds)
    with raises(ValueError, "neither ids nor embeddings"):
        module()

    assert_near(logits, library_logits(sizes, weights, inputs_embeds=embeds))


@pytest.mark.points(2)
@given(sizes=SIZES, seed=SEEDS)
@example(sizes=LARGE, seed=0)
def test_has_one_parameter_for_embedding_and_head_when_tied(
    submission, probes, sizes, seed
):
    """With tied embeddings the two have one weight, which learns from both."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(sizes, random, tied=True)
    ids = make_ids(random, sizes, 2, 3)
    module = build(submission, probes, sizes, weights, tie_word_embeddings=True)

    cotangent = torch.ones(2, 3, sizes.v)
    found = probes.modules.gradients(module, cotangent, ids)

    n_parameters = len(found["parameters"])
    expected = len(weights) - 1
    assert_parity(n_parameters, expected, "the number of parameters when tied")
    logits = library_logits(sizes, weights, tied=True, input_ids=ids)
    assert_near(found["result"].detach(), logits)


@pytest.mark.points(3)
@given(sizes=SIZES, tied=st.booleans(), seed=SEEDS)
@example(sizes=SMALL, tied=False, seed=0)
@example(sizes=LARGE, tied=True, seed=1)
def test_loads_what_save_pretrained_writes(submission, probes, sizes, tied, seed):
    """A folder of the library's gives a model that scores alike."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(sizes, random, tied=tied)
    ids = make_ids(random, sizes, 2, 3)
    library = library_model(sizes, tied=tied)
    library.load_state_dict(weights)
    files = {}
    with tempfile.TemporaryDirectory() as folder, redirect_stderr(StringIO()):
        library.save_pretrained(folder)
        for file in Path(folder).iterdir():
            files[file.name] = torch.frombuffer(
                bytearray(file.read_bytes()), dtype=torch.uint8
            )

    module = probes.folders.call(submission.load_pretrained, files)
    probes.layers.shifted(module, "model.layers", shifts(sizes))
    logits = run(module, (2, 3, sizes.v), ids)

    assert_near(logits, library_logits(sizes, weights, tied=tied, input_ids=ids))
