"""Hidden checks of the model.

In shapes, b is rows, s new tokens, h the hidden size, v the size of the vocabulary.

Layers are given and right.  Each adds a constant to what it gives, and so does each of
the library's: a model that does not go through its own layers has other logits.
"""

import json
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

from autograder.kit.allowance import GradientAllowance, OutputAllowance
from autograder.kit.calling import call
from autograder.kit.compare import assert_parity, assert_tensor
from autograder.kit.purity import assert_no_changes, assert_unchanged

AXES = ("row", "position", "token")
SCALING = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}


class Kind(NamedTuple):
    """What a model is made for."""

    v: int = 11
    h: int = 8
    layers: int = 2
    n_h: int = 2
    n_kv: int = 2
    h_d: int = 6
    eps: float = 1e-5
    theta: float = 500.0
    is_scaled: bool = False
    tied: bool = False


PLAIN = Kind()
GROUPED = Kind(v=13, h=12, layers=3, n_h=6, eps=1e-2, theta=1e4)
SCALED = Kind(v=7, h=12, n_h=3, n_kv=1, h_d=8, is_scaled=True)
TIED = Kind(v=17, h=12, n_h=4, theta=100.0, tied=True)
KINDS = st.sampled_from([PLAIN, GROUPED, SCALED, TIED])
SEEDS = st.integers(0, 999)


def sizes_of(kind):
    """Return the settings that ours and the library's configuration share."""
    return {
        "vocab_size": kind.v,
        "hidden_size": kind.h,
        "intermediate_size": 7,
        "num_hidden_layers": kind.layers,
        "num_attention_heads": kind.n_h,
        "num_key_value_heads": kind.n_kv,
        "head_dim": kind.h_d,
        "rms_norm_eps": kind.eps,
        "tie_word_embeddings": kind.tied,
    }


def settings(kind):
    """Return the arguments of a configuration of this kind."""
    scaling = SCALING if kind.is_scaled else None
    return {**sizes_of(kind), "rope_theta": kind.theta, "rope_scaling": scaling}


def shifts(kind):
    """Return what each layer adds to what it gives, `[h]`."""
    return [torch.linspace(-1, 1, kind.h) * (index + 1) for index in range(kind.layers)]


def shift(model, kind):
    """Have every layer of a library's model add its constant."""
    for layer, added in zip(model.model.layers, shifts(kind), strict=True):
        layer.register_forward_hook(
            lambda _, __, found, added=added: found + added.to(found)
        )
    return model


@once
def library_model(kind, attention="eager", dtype=torch.float32):
    """Return a LLaMA of the library's, whose frequencies are float32."""
    from transformers import LlamaConfig, LlamaForCausalLM  # noqa: PLC0415 - takes seconds

    rope = {"rope_type": "default", **(SCALING if kind.is_scaled else {})}
    config = LlamaConfig(
        **sizes_of(kind),
        rope_parameters={**rope, "rope_theta": kind.theta},
        attn_implementation=attention,
    )
    model = shift(LlamaForCausalLM(config).eval(), kind)
    frequencies = model.model.rotary_emb.inv_freq
    model.to(dtype).model.rotary_emb.inv_freq = frequencies
    return model


@once
def shapes(kind):
    """Return the names and shapes of the library's state dict."""
    state = library_model(kind).state_dict()
    return {name: tuple(value.shape) for name, value in state.items()}


def make_weights(kind, random):
    """Return a state dict, with norms that weigh every feature otherwise."""
    weights = {}
    for name, shape in shapes(kind).items():
        numbers = torch.randn(shape, generator=random)
        if len(shape) == 1:
            weights[name] = (1 + 0.5 * numbers).clamp(0.3, 2)
        else:
            weights[name] = numbers * 1.5 / kind.h**0.5
    if kind.tied:
        weights["lm_head.weight"] = weights["model.embed_tokens.weight"].clone()
    return weights


def make_ids(random, kind, b, s):
    """Return ids `[b, s]`."""
    return torch.randint(kind.v, (b, s), generator=random)


def make_padded(random, kind, b, s):
    """Return ids and a mask; each row has another number of tokens, on the right."""
    mask = (torch.arange(s) >= torch.arange(b)[:, None] % s).long()
    return make_ids(random, kind, b, s), mask


def build(submission, probes, kind, weights, *, shifted=True, **options):
    """Return a model with these weights; what it has besides is zero."""
    options = {"strict": False} | options
    config = probes.modules.made(
        submission.Llama, "config.LlamaModelConfig", settings(kind)
    )
    module = probes.modules.built(submission.Llama, config, weights=weights, **options)
    if shifted:
        probes.layers.shifted(module, "model.layers", shifts(kind))
    return module


def run(module, shape, *arguments, dtype=torch.float32, **options):
    """Call a model; fail unless logits of this shape and dtype come."""
    logits = call(module, *arguments, **options)
    assert_tensor(logits, shape=shape, dtype=dtype, what="the logits")
    return logits.detach()


def library_logits(kind, weights, dtype=torch.float32, **arguments):
    """Return what two attentions of the library's model give."""
    found = []
    for attention in ("eager", "sdpa"):
        model = library_model(kind, attention, dtype)
        model.load_state_dict(weights)
        with torch.no_grad():
            found.append(model(**arguments).logits)
    return found


def assert_near(actual, found, what="logits", counted=None):
    """Compare with the first of two answers, by how far the second is from it."""
    expected, other = found
    allowance = OutputAllowance(honest=other, counted=counted, floor=2)
    assert_parity(actual, expected.double(), what, within=allowance, axes=AXES)


def assert_depends(logits, other):
    """Fail where other weights change nothing: such answers are equal anyway."""
    differs = bool((logits != other).any())
    what = "whether other weights give other logits"
    assert_parity(differs, expected=True, what=what)


@pytest.mark.points(4)
@given(kind=KINDS, are_given=st.booleans(), seed=SEEDS)
@example(kind=GROUPED, are_given=False, seed=0)
@example(kind=SCALED, are_given=True, seed=1)
@example(kind=TIED, are_given=True, seed=2)
def test_agrees_with_transformers_in_every_configuration(
    submission, probes, kind, are_given, seed
):
    """Grouped or scaled or tied, padded, at any positions: the library's logits."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(kind, random)
    ids, mask = make_padded(random, kind, 3, 5)
    arguments = {"attention_mask": mask}
    if are_given:
        steps = torch.randint(1, 9, ids.shape, generator=random)
        arguments["position_ids"] = steps.cumsum(-1)

    module = build(submission, probes, kind, weights, strict=True)
    logits = run(module, (3, 5, kind.v), ids, **arguments)

    found = library_logits(kind, weights, input_ids=ids, **arguments)
    assert_near(logits, found, counted=mask.bool())
    finite = bool(logits.isfinite().all())
    assert_parity(finite, expected=True, what="whether logits at padding are finite")
    # What equals the weights of the library's model loads there.
    state = probes.modules.state(module)
    assert_parity(state, weights, "the state dict after a call")


@pytest.mark.points(4)
@given(kind=KINDS, seed=SEEDS)
@example(kind=GROUPED, seed=0)
@example(kind=TIED, seed=1)
def test_gradients_agree_with_transformers(submission, probes, kind, seed):
    """Every parameter learns what it does in the library's model."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(kind, random)
    ids, mask = make_padded(random, kind, 2, 4)
    cotangent = torch.randn(2, 4, kind.v, generator=random) * mask[:, :, None]
    module = build(submission, probes, kind, weights)

    found = probes.modules.gradients(module, cotangent, ids, attention_mask=mask)

    gradients = []
    for attention in ("eager", "sdpa"):
        model = library_model(kind, attention)
        model.load_state_dict(weights)
        logits = model(ids, attention_mask=mask).logits
        named = dict(model.named_parameters())
        values = torch.autograd.grad(logits, list(named.values()), cotangent)
        gradients.append(dict(zip(named, values, strict=True)))
    theirs, honest = gradients
    actual = dict(found["parameters"])
    if kind.tied and "lm_head.weight" in actual:
        # Which of its two names a parameter goes by depends on what is made first.
        actual.setdefault("model.embed_tokens.weight", actual["lm_head.weight"])
    assert_parity(
        {name: actual.get(name) for name in theirs},
        {name: gradient.double() for name, gradient in theirs.items()},
        "the gradients",
        within=GradientAllowance(honest=honest),
    )


@pytest.mark.points(3)
@given(
    kind=KINDS,
    chunks=st.lists(st.integers(1, 3), min_size=2, max_size=3),
    seed=SEEDS,
)
@example(kind=PLAIN, chunks=[3, 1], seed=0)
@example(kind=GROUPED, chunks=[2, 1, 3], seed=1)
def test_continues_padded_rows_from_a_cache(submission, probes, kind, chunks, seed):
    """With a mask over all tokens, pieces give what all tokens give at once."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(kind, random)
    ids, mask = make_padded(random, kind, 3, sum(chunks))
    positions = (mask.cumsum(-1) - 1).clamp(min=0)
    module = build(submission, probes, kind, weights)
    cache = probes.modules.made(submission.Llama, "blocks.KVCache", {})

    start, pieces = 0, []
    for s in chunks:
        end = start + s
        new = (ids[:, start:end], mask[:, :end], positions[:, start:end])
        pieces.append(run(module, (3, s, kind.v), *new, cache=cache))
        start = end

    found = library_logits(
        kind, weights, input_ids=ids, attention_mask=mask, position_ids=positions
    )
    assert_near(torch.cat(pieces, 1), found, counted=mask.bool())


def files_of(library, shard_size, changes):
    """Return the files that the library writes of a model, with a changed config."""
    files = {}
    with tempfile.TemporaryDirectory() as folder, redirect_stderr(StringIO()):
        library.save_pretrained(folder, max_shard_size=shard_size)
        for file in Path(folder).iterdir():
            content = file.read_bytes()
            if file.name == "config.json":
                content = json.dumps(changes(json.loads(content))).encode()
            files[file.name] = torch.frombuffer(bytearray(content), dtype=torch.uint8)
    return files


def in_old_words(config):
    """Return a configuration in the words of earlier releases."""
    rope = dict(config.pop("rope_parameters"))
    config["rope_theta"] = rope.pop("rope_theta")
    config["rope_scaling"] = rope if rope["rope_type"] == "llama3" else None
    config["torch_dtype"] = config.pop("dtype")
    return config


@pytest.mark.points(3)
@given(kind=KINDS, is_old=st.booleans(), as_text=st.booleans(), seed=SEEDS)
@example(kind=SCALED, is_old=False, as_text=False, seed=0)
@example(kind=SCALED, is_old=True, as_text=True, seed=1)
@example(kind=GROUPED, is_old=True, as_text=False, seed=2)
@example(kind=TIED, is_old=False, as_text=True, seed=3)
def test_loads_shards_and_older_configurations(
    submission, probes, kind, is_old, as_text, seed
):
    """Weights may lie in many files; the rotation may stand in older words."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(kind, random)
    ids = make_ids(random, kind, 2, 4)
    library = library_model(kind)
    library.load_state_dict(weights)
    files = files_of(library, "2KB", in_old_words if is_old else dict)

    module = probes.folders.call(submission.load_pretrained, files, as_text=as_text)
    probes.layers.shifted(module, "model.layers", shifts(kind))
    logits = run(module, (2, 4, kind.v), ids)

    assert_near(logits, library_logits(kind, weights, input_ids=ids))


@pytest.mark.points(2)
@given(dtype=st.sampled_from([torch.bfloat16, torch.float16]), seed=SEEDS)
@example(dtype=torch.bfloat16, seed=0)
@example(dtype=torch.float16, seed=1)
def test_loads_weights_in_the_dtype_of_the_files(submission, probes, dtype, seed):
    """A folder in half precision gives a model in half precision, set to evaluate."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(TIED, random)
    low = {name: weight.to(dtype) for name, weight in weights.items()}
    library = library_model(TIED, dtype=dtype)
    library.load_state_dict(low)

    module = probes.folders.call(
        submission.load_pretrained, files_of(library, "5GB", dict)
    )

    assert_parity(probes.modules.state(module), low, "the state dict")
    assert_parity(module.training, expected=False, what="model.training")


@pytest.mark.points(3)
@given(dtype=st.sampled_from([torch.bfloat16, torch.float16]), seed=SEEDS)
@example(dtype=torch.bfloat16, seed=0)
@example(dtype=torch.float16, seed=1)
def test_keeps_positions_apart_in_half_precision(submission, probes, dtype, seed):
    """In half precision logits are too, but angles are those of float32."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(PLAIN, random)
    low = {name: weight.to(dtype) for name, weight in weights.items()}
    ids = make_ids(random, PLAIN, 2, 6)
    # Far apart, in numbers that half precision has not.
    steps = torch.randint(3001, 9001, (2, 6), generator=random)
    positions = steps.cumsum(-1)
    module = build(submission, probes, PLAIN, low)

    logits = run(module, (2, 6, PLAIN.v), ids, position_ids=positions, dtype=dtype)

    found = library_logits(PLAIN, low, dtype, input_ids=ids, position_ids=positions)
    assert_near(logits, found)


@pytest.mark.points(2)
@given(kind=KINDS, seed=SEEDS)
@example(kind=GROUPED, seed=0)
@example(kind=TIED, seed=1)
def test_model_does_nothing_but_answer(submission, probes, kind, seed):
    """Inputs stay, no call knows of another, and training changes no logits."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(kind, random)
    ids, mask = make_padded(random, kind, 2, 4)
    shape = (2, 4, kind.v)
    module = build(submission, probes, kind, weights)
    own = run(module, shape, ids, mask)
    others = build(submission, probes, kind, make_weights(kind, random))
    assert_depends(own, run(others, shape, ids, mask))

    def assert_same(logits, what):
        assert_near(logits, [own, own], what, counted=mask.bool())

    after = probes.calls.arguments_after(module, ids, mask)
    assert_unchanged(after, [ids, mask], "the arguments after the call")
    assert_no_changes(probes.state.changes(module, ids, mask))
    assert_same(run(module, shape, ids, mask), "logits of a later call")
    assert_same(probes.views.on_strided(module, ids, mask), "logits of views")
    training = build(submission, probes, kind, weights, training=True)
    assert_same(run(training, shape, ids, mask), "logits in training")
    copied = probes.modules.copied(module)
    assert_same(run(copied, shape, ids, mask), "logits of a copy")
    assert_parity(probes.modules.state(module), weights, "the weights after all calls")


@pytest.mark.points(2)
def test_works_where_its_inputs_are(submission, probes):
    """On another device nothing is left behind on the CPU."""
    random = torch.Generator().manual_seed(0)
    weights = make_weights(PLAIN, random)
    module = build(submission, probes, PLAIN, weights, shifted=False)
    ids, mask = make_padded(random, PLAIN, 2, 4)

    found = probes.device.left_behind(module, ids, mask)

    assert_parity(found, [], "what lies on another device")
