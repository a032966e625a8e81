"""Hidden checks of generating.

In shapes, b is rows, s the tokens of a prompt, v the size of the vocabulary.

But for the last check the model is not the submission's: it looks its logits up in a
table, by all tokens that it may see and their positions, or by the last token alone.
"""

from functools import cache as once

import pytest
import torch
from hypothesis import assume, example, given
from hypothesis import strategies as st

from autograder.kit.calling import call
from autograder.kit.compare import assert_parity, assert_tensor, assert_type
from autograder.kit.failures import CheckFailed
from autograder.kit.purity import assert_no_changes, assert_unchanged

ROWS_OF_TABLE = 17
PAD = 50
"""No token of any vocabulary, where it does not matter."""
N_DRAWS = 2000
CERTAIN = 6.5
"""Standard deviations: a right answer is further off less than once in 10^10."""

AXES = ("row", "position")
LENGTH = st.integers(2, 5)
NEW = st.integers(2, 6)
SEEDS = st.integers(0, 999)


def make_table(random, v, rows=ROWS_OF_TABLE):
    """Return logits `[rows, v]`, no two of a row alike."""
    places = torch.rand(rows, v, generator=random).argsort(-1)
    return places.float() / 2


def make_prompts(random, v, b, s, pad):
    """Return ids and a mask, each `[b, s]`, with padding on the left."""
    ids = torch.randint(v, (b, s), generator=random)
    n_padding = torch.randint(s, (b, 1), generator=random)
    mask = (torch.arange(s) >= n_padding).long()
    return torch.where(mask.bool(), ids, pad), mask


def continuation(table, row, n_new, eos):
    """Return the likeliest tokens after one row without padding, one by one."""
    row, new = list(row), []
    while len(new) < n_new and eos not in new:
        numbers = ((token + 1) * (place + 1) for place, token in enumerate(row))
        new.append(int(table[sum(numbers) % len(table)].argmax()))
        row.append(new[-1])
    return new


def continued(table, ids, mask, n_new, eos, pad):
    """Return prompts and continuations, `[b, s + new]`, each row made by itself."""
    rows = [
        continuation(table, row[real.bool()].tolist(), n_new, eos)
        for row, real in zip(ids, mask, strict=True)
    ]
    width = max(map(len, rows))
    padded = [row + [pad] * (width - len(row)) for row in rows]
    return torch.cat((ids, torch.tensor(padded, dtype=torch.long)), -1)


def draw(submission, probes, logits, *, seed, n=N_DRAWS, **options):
    """Return tokens `[n]` that are drawn after the same prompt."""
    bound = probes.tables.bound(
        submission.generate, logits[None], has_memory=False, seed=seed
    )
    ids = torch.zeros(n, 1, dtype=torch.long)
    result = call(bound, ids, torch.ones_like(ids), 1, len(logits), PAD, **options)
    assert_type(result, torch.Tensor)
    # That the prompt comes first is checked elsewhere.
    width = 1 if tuple(result.shape) == (n, 1) else 2
    assert_tensor(result, shape=(n, width), dtype=torch.long)
    return result[:, -1]


def assert_drawn(tokens, probabilities):
    """Pass if tokens are drawn with these probabilities, by a test of chi-square."""
    v = len(probabilities)
    inside = bool(((tokens >= 0) & (tokens < v)).all())
    assert_parity(inside, expected=True, what="whether all tokens exist")
    counts = tokens.bincount(minlength=v).double()
    wanted = len(tokens) * probabilities.double()
    possible = wanted > 0
    off = (counts - wanted).square()[possible] / wanted[possible]
    # Wilson and Hilferty: the cube root of chi-square is nearly normal.
    free = max(int(possible.sum()) - 1, 1)
    spread = 2 / (9 * free)
    bound = free * (1 - spread + CERTAIN * spread**0.5) ** 3
    if bool(counts[~possible].any()) or float(off.sum()) > bound:
        token = int((counts - wanted).abs().argmax())
        raise CheckFailed(
            "wrong values",
            what=f"how often token {token} is drawn, of {len(tokens)} draws",
            expected=f"about {float(wanted[token]):.0f}",
            got=str(int(counts[token])),
        )


@pytest.mark.points(3)
@given(
    size=st.tuples(st.integers(3, 5), LENGTH),
    n_new=NEW,
    is_eos=st.booleans(),
    seed=SEEDS,
)
@example(size=(3, 4), n_new=6, is_eos=False, seed=0)
@example(size=(3, 4), n_new=6, is_eos=True, seed=1)
@example(size=(4, 5), n_new=6, is_eos=True, seed=2)
@example(size=(4, 5), n_new=6, is_eos=False, seed=3)
def test_knows_padding_by_the_mask_alone(submission, probes, size, n_new, is_eos, seed):
    """The pad's id and the end's stand in texts, too; pad and end may be one token."""
    random = torch.Generator().manual_seed(seed)
    v, s = size
    table = make_table(random, v)
    eos, pad = v - 1, (v - 1 if is_eos else 0)
    ids, mask = make_prompts(random, v, 4, s, pad)
    bound = probes.tables.bound(submission.generate, table)

    result = call(bound, ids, mask, n_new, eos, pad)

    expected = continued(table, ids, mask, n_new, eos, pad)
    assert_parity(result, expected, axes=AXES)


@pytest.mark.points(3)
@given(v=st.integers(3, 9), s=LENGTH, n_new=NEW, seed=SEEDS)
@example(v=5, s=3, n_new=4, seed=0)
def test_computes_no_token_twice(submission, probes, v, s, n_new, seed):
    """The prompt goes through the model once, then each new token by itself."""
    random = torch.Generator().manual_seed(seed)
    table = make_table(random, v)
    ids = torch.randint(v, (2, s), generator=random)
    mask = torch.ones_like(ids)
    bound = probes.tables.bound(submission.generate, table)

    result = call(bound, ids, mask, n_new, v, PAD)
    n_tokens = [each["n_tokens"] for each in probes.tables.calls(bound)]

    assert_parity(result, continued(table, ids, mask, n_new, v, PAD), axes=AXES)
    # Whether the last token is shown to the model as well is left open.
    expected = [s] + [1] * (n_new - 1)
    assert_parity(n_tokens[:n_new], expected, "the tokens of each call of the model")
    n_calls = min(len(n_tokens), n_new + 1)
    assert_parity(len(n_tokens), n_calls, "the number of calls of the model")


@pytest.mark.points(3)
@given(
    v=st.integers(4, 7),
    settings=st.tuples(
        st.sampled_from([0.3, 3.0]), st.integers(2, 4), st.sampled_from([0.4, 0.6, 0.8])
    ),
    seed=SEEDS,
)
@example(v=6, settings=(3.0, 3, 0.4), seed=0)
@example(v=6, settings=(0.3, 3, 0.6), seed=1)
@example(v=7, settings=(3.0, 2, 0.4), seed=2)
@example(v=7, settings=(3.0, 2, 0.6), seed=3)
def test_applies_temperature_then_top_k_then_top_p(
    submission, probes, v, settings, seed
):
    """Each of the three works on what the one before it has left."""
    random = torch.Generator().manual_seed(seed)
    temperature, top_k, share = settings
    logits = make_table(random, v, 1)[0] / 2
    ordered, order = (logits.double() / temperature).sort(descending=True)
    shares = ordered[:top_k].softmax(-1)
    reached = shares.cumsum(0)
    assume(bool(((reached - share).abs() > 0.01).all()))

    tokens = draw(
        submission,
        probes,
        logits,
        seed=seed,
        temperature=temperature,
        top_k=top_k,
        top_p=share,
    )

    n_kept = int((reached < share).sum()) + 1
    kept = torch.full((v,), -torch.inf, dtype=torch.float64)
    kept[order[:n_kept]] = ordered[:n_kept]
    assert_drawn(tokens, kept.softmax(-1))


LIMITS = {
    "top_p of 1 keeps all": ({"top_p": 1.0}, 4),
    "top_p near 0 keeps one": ({"top_p": 1e-6}, 1),
    "top_k beyond the vocabulary keeps all": ({"top_k": 50}, 4),
    "top_k of the vocabulary keeps all": ({"top_k": 4}, 4),
    "top_k of 1 keeps one": ({"top_k": 1}, 1),
    "a temperature near 0 keeps one": ({"temperature": 1e-4}, 1),
}


@pytest.mark.points(3)
@given(limit=st.sampled_from(list(LIMITS)), seed=SEEDS)
@example(limit="top_p of 1 keeps all", seed=0)
@example(limit="top_p near 0 keeps one", seed=1)
@example(limit="top_k beyond the vocabulary keeps all", seed=2)
@example(limit="top_k of the vocabulary keeps all", seed=3)
@example(limit="top_k of 1 keeps one", seed=4)
@example(limit="a temperature near 0 keeps one", seed=5)
def test_draws_rightly_at_the_limits(submission, probes, limit, seed):
    """Settings that keep one token, or all of them, do so."""
    random = torch.Generator().manual_seed(seed)
    logits = make_table(random, 4, 1)[0] / 2
    options, n_kept = LIMITS[limit]

    tokens = draw(
        submission, probes, logits, seed=seed, **{"temperature": 1.0} | options
    )

    last = logits.sort(descending=True).values[n_kept - 1]
    kept = logits.double().masked_fill(logits < last, -torch.inf)
    assert_drawn(tokens, kept.softmax(-1))


@pytest.mark.points(2)
@given(top_k=st.integers(1, 3), seed=SEEDS)
@example(top_k=1, seed=0)
@example(top_k=2, seed=1)
def test_treats_equal_logits_alike(submission, probes, top_k, seed):
    """Greedy takes the first of equal ones; top_k keeps all that equal the last."""
    logits = torch.tensor([0.5, 1.0, 0.0, 1.0, 1.0])

    greedy = draw(submission, probes, logits, seed=seed, n=3)
    tokens = draw(submission, probes, logits, seed=seed, temperature=1.0, top_k=top_k)

    assert_parity(greedy, torch.tensor([1, 1, 1]), "the tokens at temperature 0")
    assert_drawn(tokens, torch.tensor([0.0, 1, 0, 1, 1]) / 3)


@pytest.mark.points(2)
@given(temperature=st.sampled_from([0.7, 1.5, 3.0]), seed=SEEDS)
@example(temperature=0.7, seed=0)
@example(temperature=1.5, seed=1)
def test_chooses_in_float32(submission, probes, temperature, seed):
    """Around 100, bfloat16 has every half; what they are divided by makes thirds."""
    random = torch.Generator().manual_seed(seed)
    places = torch.randperm(4, generator=random)
    logits = (100 + places / 2).bfloat16()

    tokens = draw(submission, probes, logits, seed=seed, temperature=temperature)

    assert_drawn(tokens, (logits.double() / temperature).softmax(-1))


@pytest.mark.points(3)
@given(seed=SEEDS)
@example(seed=0)
def test_draws_from_the_generator_alone(submission, probes, seed):
    """One seed gives one text; calls go on in its numbers; no other source is used."""
    table = torch.zeros(1, 8)
    ids = torch.zeros(4, 1, dtype=torch.long)
    arguments = (ids, torch.ones_like(ids), 12, 8, PAD, 1.0)

    def make():
        generate = submission.generate
        return probes.tables.bound(generate, table, has_memory=False, seed=seed)

    first = make()
    texts = [call(first, *arguments) for _ in range(2)]
    again = call(make(), *arguments)

    assert_tensor(texts[0], shape=(4, 13), dtype=torch.long)
    assert_parity(again, texts[0], "the result with the same seed")
    for one, other, what in (
        (texts[0], texts[1], "whether a later call draws other tokens"),
        (texts[0][0], texts[0][1], "whether rows draw other tokens"),
    ):
        differs = not torch.equal(one, other)
        assert_parity(differs, expected=True, what=what)
    assert_no_changes(probes.state.changes(make(), *arguments))


@pytest.mark.points(2)
@given(v=st.integers(3, 9), s=LENGTH, n_new=NEW, seed=SEEDS)
@example(v=5, s=3, n_new=4, seed=0)
def test_leaves_nothing_behind(submission, probes, v, s, n_new, seed):
    """Prompts stay, a later call starts anew, and no gradients are recorded."""
    random = torch.Generator().manual_seed(seed)
    table = make_table(random, v)
    ids, mask = make_prompts(random, v, 2, s, PAD)
    bound = probes.tables.bound(submission.generate, table)
    arguments = (ids, mask, n_new, v, PAD)
    own = call(bound, *arguments)
    assert_tensor(own, shape=(2, s + n_new), dtype=torch.long)
    # Answers that follow from nothing are equal anyway.
    other = call(probes.tables.bound(submission.generate, -table), *arguments)
    differs = not torch.equal(own, other)
    what = "whether another model writes another text"
    assert_parity(differs, expected=True, what=what)

    after = probes.calls.arguments_after(bound, *arguments)
    records = [each["records_gradients"] for each in probes.tables.calls(bound)]

    assert_unchanged(after, list(arguments), "the arguments after the call")
    later = probes.tables.bound(submission.generate, table)
    call(later, *make_prompts(random, v, 2, s, PAD), n_new, v, PAD)
    assert_parity(call(later, *arguments), own, "the result of a later call")
    apart = probes.views.on_strided(bound, *arguments)
    assert_parity(apart, own, "the result of views")
    what = "whether a call of the model records gradients"
    assert_parity(any(records), expected=False, what=what)
    assert_no_changes(probes.state.changes(bound, *arguments))


SIZES = {
    "vocab_size": 13,
    "hidden_size": 12,
    "intermediate_size": 7,
    "num_hidden_layers": 2,
    "num_attention_heads": 6,
    "num_key_value_heads": 2,
    "head_dim": 4,
    "rms_norm_eps": 1e-5,
}


def shifts():
    """Return what each layer adds to what it gives, `[h]`, ours and the library's."""
    ends = torch.linspace(-1, 1, SIZES["hidden_size"])
    return [ends * (index + 1) for index in range(SIZES["num_hidden_layers"])]


@once
def library_model():
    """Return a LLaMA of the library's, whose layers add their constants."""
    from transformers import LlamaConfig, LlamaForCausalLM  # noqa: PLC0415 - takes seconds

    rope = {"rope_type": "default", "rope_theta": 10000.0}
    config = LlamaConfig(**SIZES, rope_parameters=rope, attn_implementation="eager")
    model = LlamaForCausalLM(config).eval()
    for layer, added in zip(model.model.layers, shifts(), strict=True):
        layer.register_forward_hook(lambda _, __, found, added=added: found + added)
    return model


def make_weights(random):
    """Return a state dict whose logits lie far apart."""
    return {
        name: torch.randn(value.shape, generator=random)
        for name, value in library_model().state_dict().items()
    }


@pytest.mark.points(2)
@given(n_new=NEW, seed=SEEDS)
@example(n_new=6, seed=0)
@example(n_new=4, seed=1)
def test_writes_what_transformers_writes(submission, probes, n_new, seed):
    """With your model, greedy texts are those of the library's `generate`."""
    random = torch.Generator().manual_seed(seed)
    weights = make_weights(random)
    eos, pad = 3, 0
    ids, mask = make_prompts(random, SIZES["vocab_size"], 3, 4, pad)
    library = library_model()
    library.load_state_dict(weights)
    written = library.generate(
        ids,
        attention_mask=mask,
        max_new_tokens=n_new,
        do_sample=False,
        eos_token_id=eos,
        pad_token_id=pad,
        return_dict_in_generate=True,
        output_logits=True,
    )
    best = torch.stack(written.logits).topk(2).values
    assume(bool((best[..., 0] - best[..., 1] > 1e-2).all()))
    config = probes.modules.made(submission.generate, "config.LlamaModelConfig", SIZES)
    cls = probes.parts.named(submission.generate, "model.Llama")
    model = probes.modules.built(cls, config, weights=weights)
    probes.layers.shifted(model, "model.layers", shifts())

    result = call(
        submission.generate,
        model=model,
        input_ids=ids,
        attention_mask=mask,
        max_new_tokens=n_new,
        eos_token_id=eos,
        pad_token_id=pad,
    )

    assert_parity(result, written.sequences, axes=AXES)
