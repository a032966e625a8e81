"""Public checks of generating: which token comes next, and when it is over.

In shapes, b is rows, s the tokens of a prompt, v the size of the vocabulary.

The model is not yours: it looks its logits up in a table.  Where it has a memory, the
row of the table follows from all tokens that it may see and from their positions;
where it has none, from the last token alone.
"""

from typing import NamedTuple

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.kit.calling import call
from autograder.kit.compare import assert_parity, assert_tensor, assert_type
from autograder.kit.failures import CheckFailed

ROWS_OF_TABLE = 17
PAD = 50
"""No token of any vocabulary here."""
N_DRAWS = 2000
CERTAIN = 6.5
"""Standard deviations: a right answer is further off less than once in 10^10."""


class Size(NamedTuple):
    """How large the vocabulary and the prompts are."""

    v: int
    b: int
    s: int


VOCABULARY = st.integers(3, 9)
LENGTH = st.integers(1, 5)
SIZES = st.builds(Size, VOCABULARY, st.integers(1, 3), LENGTH)
NEW = st.integers(1, 6)
SEEDS = st.integers(0, 999)


def make_table(random, v, rows=ROWS_OF_TABLE):
    """Return logits `[rows, v]`, no two of a row alike."""
    places = torch.rand(rows, v, generator=random).argsort(-1)
    return places.float() / 2


def make_prompts(random, v, b, s, *, padded=False):
    """Return ids and a mask, each `[b, s]`; padding, if any, is on the left."""
    ids = torch.randint(v, (b, s), generator=random)
    mask = torch.ones_like(ids)
    if padded:
        n_padding = torch.randint(s, (b, 1), generator=random)
        mask = (torch.arange(s) >= n_padding).long()
        ids = torch.where(mask.bool(), ids, PAD)
    return ids, mask


def continuation(table, row, n_new, eos, *, has_memory=True):
    """Return the likeliest tokens after one row without padding, one by one."""
    row, new = list(row), []
    while len(new) < n_new and eos not in new:
        index = row[-1]
        if has_memory:
            numbers = ((token + 1) * (place + 1) for place, token in enumerate(row))
            index = sum(numbers) % len(table)
        new.append(int(table[index].argmax()))
        row.append(new[-1])
    return new


def continued(table, ids, mask, n_new, eos, **options):
    """Return prompts and continuations, `[b, s + new]`, each row made by itself."""
    rows = [
        continuation(table, row[real.bool()].tolist(), n_new, eos, **options)
        for row, real in zip(ids, mask, strict=True)
    ]
    width = max(map(len, rows))
    padded = [row + [PAD] * (width - len(row)) for row in rows]
    return torch.cat((ids, torch.tensor(padded, dtype=torch.long)), -1)


def draw(submission, probes, logits, *, seed, **options):
    """Return tokens `[N_DRAWS]` that are drawn after the same prompt."""
    bound = probes.tables.bound(
        submission.generate, logits[None], has_memory=False, seed=seed
    )
    ids = torch.zeros(N_DRAWS, 1, dtype=torch.long)
    result = call(bound, ids, torch.ones_like(ids), 1, len(logits), PAD, **options)
    assert_type(result, torch.Tensor)
    # That the prompt comes first is checked elsewhere.
    width = 1 if tuple(result.shape) == (N_DRAWS, 1) else 2
    assert_tensor(result, shape=(N_DRAWS, width), dtype=torch.long)
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
@given(size=SIZES, n_new=st.integers(0, 6), seed=SEEDS)
@example(size=Size(5, 2, 3), n_new=4, seed=0)
@example(size=Size(5, 1, 1), n_new=1, seed=1)
@example(size=Size(5, 2, 3), n_new=0, seed=2)
def test_adds_as_many_tokens_as_asked_for(submission, probes, size, n_new, seed):
    """Behind the prompt come `max_new_tokens` tokens of a model that knows only one."""
    random = torch.Generator().manual_seed(seed)
    v, b, s = size
    word = int(torch.randint(1, v, (), generator=random))
    table = torch.eye(v)[[word]]
    ids, mask = make_prompts(random, v, b, s)
    bound = probes.tables.bound(submission.generate, table)

    result = call(bound, ids, mask, n_new, v, PAD)

    words = torch.full((b, n_new), word)
    assert_parity(result, torch.cat((ids, words), -1), axes=("row", "position"))


@pytest.mark.points(4)
@given(size=SIZES, n_new=NEW, seed=SEEDS)
@example(size=Size(4, 1, 1), n_new=1, seed=0)
@example(size=Size(7, 2, 3), n_new=4, seed=1)
def test_takes_the_likeliest_token(submission, probes, size, n_new, seed):
    """At temperature 0, each token is the likeliest after the one before it."""
    random = torch.Generator().manual_seed(seed)
    v, b, s = size
    table = make_table(random, v)
    ids, mask = make_prompts(random, v, b, s)
    bound = probes.tables.bound(submission.generate, table, has_memory=False)

    result = call(bound, ids, mask, n_new, v, PAD)

    expected = continued(table, ids, mask, n_new, v, has_memory=False)
    assert_parity(result, expected, axes=("row", "position"))


@pytest.mark.points(4)
@given(size=SIZES, n_new=NEW, seed=SEEDS)
@example(size=Size(4, 1, 1), n_new=2, seed=0)
@example(size=Size(7, 2, 3), n_new=5, seed=1)
def test_lets_the_model_see_all_tokens_so_far(submission, probes, size, n_new, seed):
    """The next token follows from the whole row, the prompt and what was added."""
    random = torch.Generator().manual_seed(seed)
    v, b, s = size
    table = make_table(random, v)
    ids, mask = make_prompts(random, v, b, s)
    bound = probes.tables.bound(submission.generate, table)

    result = call(bound, ids, mask, n_new, v, PAD)

    expected = continued(table, ids, mask, n_new, v)
    assert_parity(result, expected, axes=("row", "position"))


@pytest.mark.points(4)
@given(v=VOCABULARY, s=st.integers(2, 5), n_new=NEW, seed=SEEDS)
@example(v=4, s=2, n_new=1, seed=1)
@example(v=7, s=4, n_new=5, seed=1)
@example(v=9, s=5, n_new=4, seed=2)
def test_continues_a_padded_row_as_if_it_were_alone(
    submission, probes, v, s, n_new, seed
):
    """Padding on the left is not seen, and positions count real tokens."""
    random = torch.Generator().manual_seed(seed)
    table = make_table(random, v)
    ids, mask = make_prompts(random, v, 3, s, padded=True)
    bound = probes.tables.bound(submission.generate, table)

    result = call(bound, ids, mask, n_new, v, PAD)

    expected = continued(table, ids, mask, n_new, v)
    assert_parity(result, expected, axes=("row", "position"))


@pytest.mark.points(4)
@given(v=st.integers(3, 4), s=LENGTH, n_new=st.integers(1, 8), seed=SEEDS)
@example(v=3, s=1, n_new=8, seed=0)
@example(v=3, s=3, n_new=8, seed=1)
@example(v=4, s=2, n_new=8, seed=2)
@example(v=4, s=2, n_new=2, seed=3)
def test_ends_every_row_at_its_own_end(submission, probes, v, s, n_new, seed):
    """After its end a row gets padding; when all have ended, nothing is added."""
    random = torch.Generator().manual_seed(seed)
    table = make_table(random, v)
    ids, mask = make_prompts(random, v, 3, s)
    eos = v - 1
    bound = probes.tables.bound(submission.generate, table, has_memory=False)

    result = call(bound, ids, mask, n_new, eos, PAD)

    expected = continued(table, ids, mask, n_new, eos, has_memory=False)
    assert_parity(result, expected, axes=("row", "position"))


@pytest.mark.points(3)
@given(v=st.integers(3, 6), temperature=st.sampled_from([1.0, 0.5, 2.0]), seed=SEEDS)
@example(v=4, temperature=1.0, seed=0)
@example(v=5, temperature=0.5, seed=1)
@example(v=5, temperature=2.0, seed=2)
def test_draws_by_probability(submission, probes, v, temperature, seed):
    """At a temperature, tokens are drawn by the softmax of logits divided by it."""
    random = torch.Generator().manual_seed(seed)
    logits = make_table(random, v, 1)[0] / 2

    tokens = draw(submission, probes, logits, seed=seed, temperature=temperature)

    assert_drawn(tokens, (logits.double() / temperature).softmax(-1))


@pytest.mark.points(3)
@given(v=st.integers(4, 7), top_k=st.integers(1, 4), seed=SEEDS)
@example(v=6, top_k=3, seed=0)
@example(v=5, top_k=1, seed=1)
def test_draws_from_the_top_k(submission, probes, v, top_k, seed):
    """Of `top_k` likeliest tokens each keeps its share; the others never come."""
    random = torch.Generator().manual_seed(seed)
    logits = make_table(random, v, 1)[0] / 2

    tokens = draw(submission, probes, logits, seed=seed, temperature=1.0, top_k=top_k)

    last = logits.sort(descending=True).values[top_k - 1]
    kept = logits.double().masked_fill(logits < last, -torch.inf)
    assert_drawn(tokens, kept.softmax(-1))


@pytest.mark.points(3)
@given(
    v=st.integers(4, 7),
    n_kept=st.integers(1, 3),
    part=st.sampled_from([0.1, 0.9]),
    seed=SEEDS,
)
@example(v=6, n_kept=2, part=0.1, seed=0)
@example(v=6, n_kept=3, part=0.9, seed=1)
@example(v=5, n_kept=1, part=0.9, seed=2)
def test_draws_from_the_top_p(submission, probes, v, n_kept, part, seed):
    """The fewest likeliest tokens that reach `top_p` together are drawn from."""
    random = torch.Generator().manual_seed(seed)
    logits = make_table(random, v, 1)[0] / 2
    ordered, order = logits.double().sort(descending=True)
    shares = ordered.softmax(-1)
    # A little, or most, of the last token that is kept is needed.
    top_p = float(shares[: n_kept - 1].sum() + part * shares[n_kept - 1])

    tokens = draw(submission, probes, logits, seed=seed, temperature=1.0, top_p=top_p)

    kept = logits.double().index_fill(0, order[n_kept:], -torch.inf)
    assert_drawn(tokens, kept.softmax(-1))
