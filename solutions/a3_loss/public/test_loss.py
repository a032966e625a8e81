"""Public checks of the loss.  b rows, s positions, v the vocabulary, h hidden size.

Their logits are logarithms of probabilities, so what each token costs is known.
"""

import math

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from torch.nn.functional import one_hot

from autograder.kit.allowance import LossAllowance, LossGradientAllowance
from autograder.kit.calling import call
from autograder.kit.compare import assert_has_keys, assert_parity, assert_type
from autograder.kit.expect import raises
from autograder.kit.purity import assert_unchanged

SEEDS = st.integers(0, 999)
ONE_ROW = st.tuples(st.just(1), st.integers(2, 6), st.integers(3, 9))  # b, s, v
ROWS = st.tuples(st.integers(2, 4), st.integers(2, 6), st.integers(3, 9))  # b, s, v
PROMPTS = st.lists(st.integers(0, 4), min_size=2, max_size=4)
AXES = ("row", "position", "class")
IGNORED = -100


def make_logits(shape, seed):
    """Return logarithms of probabilities that sum to 1 in each position."""
    random = torch.Generator().manual_seed(seed)
    p = torch.rand(shape, generator=random) + 0.02
    return (p / p.sum(-1, keepdim=True)).log()


def make_labels(shape, seed):
    """Return a label for each position of logits `[b, s, v]`."""
    random = torch.Generator().manual_seed(seed + 1)
    return torch.randint(shape[-1], shape[:-1], generator=random)


def make_prompts(prompts, v, seed, ignored=IGNORED):
    """Return logits and labels of rows that begin with that many ignored tokens."""
    shape = (len(prompts), 6, v)
    labels = make_labels(shape, seed)
    for row, n in zip(labels, prompts, strict=True):
        row[:n] = ignored
    return make_logits(shape, seed), labels


def costs(logits, labels, ignored=IGNORED):
    """Return what each token costs that counts: minus its logarithm."""
    b, s = labels.shape
    return [
        -float(logits[row, place, labels[row, place + 1]])
        for row in range(b)
        for place in range(s - 1)
        if labels[row, place + 1] != ignored
    ]


def mean(values):
    """Return the mean of numbers as a float64 tensor."""
    return torch.tensor(sum(values) / len(values), dtype=torch.float64)


def assert_loss(actual, expected, logits, labels, **options):
    """Compare a loss: float32, a single number, and its value."""
    allowance = LossAllowance(logits=logits, labels=labels, **options)
    assert_parity(actual, expected, "the loss", within=allowance)


def pass_back(submission, probes, logits, labels, **more):
    """Return what the loss and its backward pass give."""
    function = submission.causal_lm_loss
    found = probes.gradients.through(function, [logits, labels], [0], **more)
    assert_has_keys(found, ("output", "is_attached", "gradients"), "what came back")
    assert_type(found["gradients"], list, "the gradients")
    assert_parity(len(found["gradients"]), 1, "the number of gradients")
    return found


@pytest.mark.points(3)
@given(shape=ONE_ROW, seed=SEEDS)
@example(shape=(1, 3, 4), seed=0)
def test_gives_one_float32_number_with_a_way_back(submission, probes, shape, seed):
    """The loss is a tensor of no dimensions, float32, that gradients can start from."""
    logits, labels = torch.full(shape, 0.5), make_labels(shape, seed)
    equal_chances = mean([math.log(shape[-1])])

    found = pass_back(submission, probes, logits, labels)

    assert_loss(found["output"], equal_chances, logits, labels)
    what = "whether the loss has a path back to the logits"
    assert_parity(found["is_attached"], expected=True, what=what)


@pytest.mark.points(4)
@given(shape=ONE_ROW, seed=SEEDS)
@example(shape=(1, 2, 3), seed=0)
@example(shape=(1, 4, 5), seed=1)
def test_compares_each_position_with_the_next_token(submission, shape, seed):
    """What position t says is compared with the token at t + 1."""
    logits, labels = make_logits(shape, seed), make_labels(shape, seed)
    expected = mean(costs(logits, labels))

    loss = call(submission.causal_lm_loss, logits, labels)

    assert_loss(loss, expected, logits, labels)


@pytest.mark.points(4)
@given(shape=ROWS, seed=SEEDS)
@example(shape=(2, 2, 3), seed=0)
@example(shape=(3, 4, 5), seed=1)
def test_shifts_every_row_by_itself(submission, shape, seed):
    """The last position of a row says nothing about the first token of the next."""
    logits, labels = make_logits(shape, seed), make_labels(shape, seed)
    expected = mean(costs(logits, labels))

    loss = call(submission.causal_lm_loss, logits, labels)

    assert_loss(loss, expected, logits, labels)


@pytest.mark.points(4)
@given(prompts=PROMPTS, v=st.integers(3, 9), seed=SEEDS)
@example(prompts=[0, 4], v=5, seed=0)
@example(prompts=[3, 0, 1], v=4, seed=1)
def test_averages_over_the_tokens_that_count(submission, prompts, v, seed):
    """Every token that counts weighs the same, whichever row it stands in."""
    logits, labels = make_prompts(prompts, v, seed)
    expected = mean(costs(logits, labels))

    loss = call(submission.causal_lm_loss, logits, labels)

    assert_loss(loss, expected, logits, labels)


@pytest.mark.points(4)
@given(
    prompts=PROMPTS,
    ignore_index=st.sampled_from([0, -1, 2, 50, -7]),
    seed=SEEDS,
)
@example(prompts=[2, 0], ignore_index=0, seed=0)
@example(prompts=[2, 3], ignore_index=-1, seed=1)
@example(prompts=[3, 2], ignore_index=50, seed=2)
def test_leaves_out_whatever_label_is_to_be_ignored(
    submission, prompts, ignore_index, seed
):
    """Which label does not count is the caller's choice."""
    logits, labels = make_prompts(prompts, 5, seed, ignored=ignore_index)
    labels[0, -1] = 4  # so that something counts
    expected = mean(costs(logits, labels, ignored=ignore_index))

    loss = call(submission.causal_lm_loss, logits, labels, ignore_index=ignore_index)

    assert_loss(loss, expected, logits, labels, ignore_index=ignore_index)


@pytest.mark.points(4)
@given(
    shape=ONE_ROW,
    seed=SEEDS,
    n=st.sampled_from([1, 7, 64]),
    as_tensor=st.booleans(),
)
@example(shape=(1, 4, 5), seed=0, n=7, as_tensor=False)
@example(shape=(1, 4, 5), seed=0, n=7, as_tensor=True)
@example(shape=(1, 4, 5), seed=0, n=1, as_tensor=False)
def test_divides_by_the_number_of_items_it_is_given(
    submission, shape, seed, n, as_tensor
):
    """A number of items replaces the count, be it an int or a tensor."""
    logits, labels = make_logits(shape, seed), make_labels(shape, seed)
    values = costs(logits, labels)
    items = torch.tensor(n) if as_tensor else n

    loss = call(submission.causal_lm_loss, logits, labels, num_items_in_batch=items)

    expected = mean(values) * len(values) / n
    assert_loss(loss, expected, logits, labels, num_items_in_batch=n)


@pytest.mark.points(4)
@given(shape=ONE_ROW, seed=SEEDS, smoothing=st.sampled_from([0.1, 0.5, 1.0]))
@example(shape=(1, 2, 3), seed=0, smoothing=0.5)
@example(shape=(1, 4, 5), seed=1, smoothing=0.1)
def test_smooths_over_all_classes(submission, shape, seed, smoothing):
    """A share of the target is spread over all classes, the right one among them."""
    logits, labels = make_logits(shape, seed), make_labels(shape, seed)
    of_any = mean((-logits[0, :-1].double()).mean(-1).tolist())
    expected = (1 - smoothing) * mean(costs(logits, labels)) + smoothing * of_any

    loss = call(submission.causal_lm_loss, logits, labels, label_smoothing=smoothing)

    assert_loss(loss, expected, logits, labels, label_smoothing=smoothing)


@pytest.mark.points(4)
@given(
    shape=ONE_ROW,
    seed=SEEDS,
    z_loss=st.sampled_from([0.5, 0.01]),
    log_sum=st.sampled_from([3.0, -2.0, 0.5]),
)
@example(shape=(1, 2, 3), seed=0, z_loss=0.5, log_sum=3.0)
@example(shape=(1, 4, 5), seed=1, z_loss=0.5, log_sum=-2.0)
def test_adds_the_squared_log_sum_of_each_token(
    submission, shape, seed, z_loss, log_sum
):
    """Adding a constant to log-probabilities makes it their log-sum-exp."""
    logits, labels = make_logits(shape, seed), make_labels(shape, seed)
    expected = mean(costs(logits, labels)) + z_loss * log_sum**2
    logits = logits + log_sum

    loss = call(submission.causal_lm_loss, logits, labels, z_loss=z_loss)

    assert_loss(loss, expected, logits, labels, z_loss=z_loss)


@pytest.mark.points(4)
@given(shape=ONE_ROW, seed=SEEDS, n=st.sampled_from([None, 0, 5]))
@example(shape=(1, 3, 4), seed=0, n=None)
@example(shape=(1, 1, 4), seed=0, n=None)
@example(shape=(1, 3, 4), seed=0, n=0)
def test_gives_zero_where_nothing_counts(submission, probes, shape, seed, n):
    """Rows of one token, or of ignored ones only, cost nothing and change nothing."""
    logits, labels = make_logits(shape, seed), make_labels(shape, seed)
    labels[:, 1:] = IGNORED

    options = {} if n is None else {"num_items_in_batch": n}
    found = pass_back(submission, probes, logits, labels, options=options)

    assert_parity(found["output"], torch.tensor(0.0), "the loss")
    what = "the gradient of the logits"
    assert_parity(found["gradients"], [torch.zeros(shape)], what)


@pytest.mark.points(4)
@given(
    shape=ONE_ROW,
    seed=SEEDS,
    beyond=st.sampled_from([0, 1, 90]),
    below=st.sampled_from([-1, -2, -99]),
)
@example(shape=(1, 3, 4), seed=0, beyond=0, below=-1)
def test_refuses_labels_outside_the_vocabulary(submission, shape, seed, beyond, below):
    """A label that is no token and is not to be ignored is a mistake of the caller."""
    logits, labels = make_logits(shape, seed), make_labels(shape, seed)
    loss = call(submission.causal_lm_loss, logits, labels)
    assert_loss(loss, mean(costs(logits, labels)), logits, labels)

    for label in (shape[-1] + beyond, below):
        wrong = labels.clone()
        wrong[-1, -1] = label
        with raises(ValueError, f"the label {label} of {shape[-1]} classes"):
            call(submission.causal_lm_loss, logits, wrong)
    labels[0, 1] = IGNORED
    with raises(ValueError, "the label -100 where ignore_index is -1"):
        call(submission.causal_lm_loss, logits, labels, ignore_index=-1)


@pytest.mark.points(4)
@given(
    prompts=PROMPTS,
    v=st.integers(3, 9),
    seed=SEEDS,
    cotangent=st.sampled_from([1.0, 3.0, 0.5]),
)
@example(prompts=[0, 0], v=3, seed=0, cotangent=1.0)
@example(prompts=[0, 4, 1], v=5, seed=1, cotangent=3.0)
def test_gradient_is_probability_minus_target(
    submission, probes, prompts, v, seed, cotangent
):
    """Each logit is pulled by how much too likely it is, and what is ignored is not."""
    logits, labels = make_prompts(prompts, v, seed)
    targets = torch.full_like(labels, IGNORED)
    targets[:, :-1] = labels[:, 1:]
    counted = targets != IGNORED  # [b, s], False in the last position
    error = logits.double().exp() - one_hot(targets.clamp(min=0), v)
    expected = cotangent * error * counted[..., None] / counted.sum()

    start = torch.tensor(cotangent)
    found = pass_back(submission, probes, logits, labels, cotangent=start)

    [gradient] = found["gradients"]
    what = "the gradient of the logits"
    allowance = LossGradientAllowance(logits=logits, labels=labels)
    assert_parity(gradient, expected, what, within=allowance, axes=AXES)
    nothing = torch.zeros(int((~counted).sum()), v)
    assert_parity(gradient[~counted], nothing, f"{what} where nothing counts")


@pytest.mark.points(3)
@given(shape=ONE_ROW, seed=SEEDS, n=st.sampled_from([None, 4, 50]))
@example(shape=(1, 4, 5), seed=0, n=None)
@example(shape=(1, 4, 5), seed=0, n=50)
def test_takes_what_a_trainer_hands_over(submission, probes, shape, seed, n):
    """A Trainer hands over the model's outputs, the labels and a number of items."""
    logits, labels = make_logits(shape, seed), make_labels(shape, seed)
    outputs = {"hidden_states": torch.ones(2, 3), "logits": logits}
    values = costs(logits, labels)
    items = None if n is None else torch.tensor(n)

    function = submission.loss_for_trainer
    loss = call(function, outputs, labels, num_items_in_batch=items)

    expected = mean(values) * (1 if n is None else len(values) / n)
    assert_loss(loss, expected, logits, labels, num_items_in_batch=n)
    after = probes.calls.arguments_after(function, outputs, labels)
    assert_unchanged(after, [outputs, labels], "the arguments after the call")


@pytest.mark.points(4)
@given(
    prompts=PROMPTS,
    h=st.integers(2, 5),
    seed=SEEDS,
    chunk_size=st.integers(1, 30),
)
@example(prompts=[0, 0], h=3, seed=0, chunk_size=5)
@example(prompts=[0, 3], h=3, seed=0, chunk_size=3)
@example(prompts=[0, 3], h=3, seed=1, chunk_size=1)
@example(prompts=[3, 0, 1], h=4, seed=2, chunk_size=30)
def test_chunks_add_up_to_the_whole(submission, probes, prompts, h, seed, chunk_size):
    """However many tokens a chunk has, the loss is that of all of them."""
    _, labels = make_prompts(prompts, 5, seed)
    weight = make_logits((h, 5), seed).T  # [v, h]
    states = make_labels((*labels.shape, h), seed)
    hidden = one_hot(states, h).float()  # [b, s, h]: each picks one row of logits
    logits = weight.T[states]
    expected = mean(costs(logits, labels))

    function = submission.chunked_causal_lm_loss
    given_ = [hidden, weight, labels]
    options = {"chunk_size": chunk_size}
    found = probes.gradients.through(function, given_, [0, 1], options=options)

    assert_has_keys(found, ("output",), "what came back")
    assert_loss(found["output"], expected, logits, labels)
