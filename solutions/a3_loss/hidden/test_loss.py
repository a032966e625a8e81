"""Hidden checks of the loss.  b rows, s positions, v the vocabulary, h hidden size."""

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from torch.nn.functional import one_hot

from autograder.kit.allowance import (
    GradientAllowance,
    LossAllowance,
    LossGradientAllowance,
    OutputAllowance,
)
from autograder.kit.calling import call
from autograder.kit.compare import (
    assert_has_keys,
    assert_parity,
    assert_tensor,
    assert_type,
)
from autograder.kit.expect import raises
from autograder.kit.memory import assert_peak
from autograder.kit.purity import assert_no_changes, assert_unchanged
from autograder.kit.remember import remembered

AXES = ("row", "position", "class")
OF_LOGITS = "the gradient of the logits"
BOTH = "the gradients of hidden and lm_head_weight"
SPLITS = (8, 4, 2)  # rows in a micro-batch, of 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a loss is asked, and one seed for its tensors."""

    seed: int = 0
    b: int = 3
    s: int = 6
    v: int = 11
    h: int = 5
    scale: float = 2.0
    ignored: float = 0.4
    ignore_index: int = -100
    n: int | None = None
    smoothing: float = 0.0
    z: float = 0.0

    @property
    def options(self):
        """The arguments of the loss after its tensors, in their order."""
        return {
            "ignore_index": self.ignore_index,
            "num_items_in_batch": self.n,
            "label_smoothing": self.smoothing,
            "z_loss": self.z,
        }

    def random(self):
        """Return where the tensors come from."""
        return torch.Generator().manual_seed(self.seed)

    def labels(self):
        """Return labels `[b, s]`; rows differ in how many tokens count."""
        random, shape = self.random(), (self.b, self.s)
        labels = torch.randint(self.v, shape, generator=random)
        share = 2 * self.ignored * torch.rand(self.b, 1, generator=random)
        left_out = torch.rand(shape, generator=random) < share
        left_out[0, -1] = False
        labels[0, -1] = 1
        return labels.masked_fill(left_out, self.ignore_index)

    def logits(self):
        """Return logits `[b, s, v]`, with few enough digits to add constants to."""
        shape = (self.b, self.s, self.v)
        logits = self.scale * torch.randn(shape, generator=self.random())
        return (logits * 256).round() / 256

    def head(self):
        """Return hidden states `[b, s, h]` and a head's weight `[v, h]`."""
        random = self.random()
        hidden = torch.randn(self.b, self.s, self.h, generator=random)
        return hidden, torch.randn(self.v, self.h, generator=random)


TASKS = st.builds(
    Task,
    seed=st.integers(0, 2**32 - 1),
    b=st.sampled_from((2, 3, 1)),
    s=st.sampled_from((5, 2, 3, 7)),
    v=st.sampled_from((11, 3, 50)),
    scale=st.sampled_from((2.0, 0.1, 10.0)),
    ignored=st.sampled_from((0.4, 0.0, 0.8)),
    ignore_index=st.sampled_from((-100, 0, -1)),
    n=st.sampled_from((17, None, 3)),
    smoothing=st.sampled_from((0.1, 0.0, 0.3)),
    z=st.sampled_from((1e-2, 0.0, 1e-3)),
)
FULL = Task(n=17, smoothing=0.1, z=1e-2)
# For checks that are not about options, rows or what counts.
ONE_ROW = st.builds(
    Task,
    seed=st.integers(0, 2**32 - 1),
    b=st.just(1),
    s=st.sampled_from((5, 2, 7)),
    v=st.sampled_from((11, 3, 50)),
    ignored=st.just(0.0),
)
ROW = Task(b=1, ignored=0.0)
ROWS = st.builds(
    replace, ONE_ROW, b=st.sampled_from((2, 3)), ignored=st.sampled_from((0.4, 0.0))
)


def loss_by_hand(
    logits,
    labels,
    *,
    ignore_index=-100,
    num_items_in_batch=None,
    label_smoothing=0.0,
    z_loss=0.0,
):
    """Return the loss, computed in the dtype of the logits."""
    v = logits.shape[-1]
    counted = labels[:, 1:] != ignore_index
    predictions, targets = logits[:, :-1][counted], labels[:, 1:][counted]
    wanted = (1 - label_smoothing) * one_hot(targets, v) + label_smoothing / v
    top = predictions.amax(-1, keepdim=True).detach()
    log_sum = top + (predictions - top).exp().sum(-1, keepdim=True).log()
    each = (wanted * (log_sum - predictions)).sum(-1) + z_loss * log_sum[:, 0] ** 2
    n = max(len(targets), 1) if num_items_in_batch is None else num_items_in_batch
    return each.sum() / n


@remembered
def expected_of(logits, labels, **options):
    """Return the loss and its gradient by the logits, in float64."""
    leaf = logits.double().requires_grad_()
    loss = loss_by_hand(leaf, labels, **options)
    [gradient] = torch.autograd.grad(loss, leaf)
    return loss.detach(), gradient


@remembered
def expected_of_head(hidden, weight, labels, **options):
    """Return the loss and its gradients by hidden states and weight, in their dtype."""
    leaves = [hidden.clone().requires_grad_(), weight.clone().requires_grad_()]
    logits = leaves[0] @ leaves[1].T
    wide = logits.double() if logits.dtype == torch.float64 else logits.float()
    loss = loss_by_hand(wide, labels, **options)
    return loss.detach(), list(torch.autograd.grad(loss, leaves))


def assert_loss(actual, logits, labels, **options):
    """Compare a loss with the one computed by hand."""
    expected, _ = expected_of(logits, labels, **options)
    allowance = LossAllowance(logits=logits, labels=labels, **options)
    assert_parity(actual, expected, "the loss", within=allowance)


def assert_gradient(actual, logits, labels, **options):
    """Compare a gradient of the logits with the one computed by hand."""
    _, expected = expected_of(logits, labels, **options)
    allowance = LossGradientAllowance(logits=logits, labels=labels, **options)
    assert_parity(actual, expected, OF_LOGITS, within=allowance, axes=AXES)


def pass_back(probes, function, arguments, wanted=(0,), **more):
    """Return the output of a function and its gradients, after a backward pass."""
    found = probes.gradients.through(function, arguments, list(wanted), **more)
    assert_has_keys(found, ("output", "gradients"), "what came back")
    gradients = found["gradients"]
    assert_type(gradients, list, "the gradients")
    assert_parity(len(gradients), len(wanted), "the number of gradients")
    return found["output"], gradients


def assert_right(submission, probes, logits, labels, **options):
    """Compare the loss and its gradient with those computed by hand."""
    function = submission.causal_lm_loss
    loss, [gradient] = pass_back(probes, function, [logits, labels], options=options)
    assert_loss(loss, logits, labels, **options)
    assert_gradient(gradient, logits, labels, **options)


@cache
def library_loss():
    """Return the loss of a language model of transformers."""
    from transformers import LlamaConfig, LlamaForCausalLM  # noqa: PLC0415 - takes seconds

    sizes = dict.fromkeys(("vocab_size", "hidden_size", "intermediate_size"), 8)
    layers = dict.fromkeys(("num_hidden_layers", "num_attention_heads"), 1)
    return LlamaForCausalLM(LlamaConfig(**sizes, **layers)).loss_function


@remembered
def expected_of_library(logits, labels, ignore_index, num_items_in_batch):
    """Return the library's loss of the same logits."""
    more = {"ignore_index": ignore_index, "num_items_in_batch": num_items_in_batch}
    return library_loss()(logits, labels, vocab_size=logits.shape[-1], **more).double()


@pytest.mark.points(4)
@given(task=ROWS, index=st.sampled_from([-100, 0]), n=st.sampled_from([None, 9]))
@example(task=Task(), index=-100, n=None)
@example(task=Task(seed=1), index=-100, n=9)
def test_agrees_with_the_loss_of_transformers(submission, task, index, n):
    """The library's own loss of the same logits is the same number."""
    task = replace(task, ignore_index=index)
    logits, labels = task.logits(), task.labels()
    expected = expected_of_library(logits, labels, index, n)

    options = {"ignore_index": index, "num_items_in_batch": n}
    loss = call(submission.causal_lm_loss, logits, labels, **options)

    allowance = LossAllowance(logits=logits, labels=labels, **options)
    assert_parity(loss, expected, "the loss", within=allowance)


@pytest.mark.points(4)
@given(task=TASKS, dtype=st.sampled_from([torch.float32, torch.float64]))
@example(task=FULL, dtype=torch.float32)
@example(task=replace(FULL, n=None, ignore_index=0, seed=1), dtype=torch.float64)
@example(task=replace(FULL, n=None, seed=2, ignored=0.8), dtype=torch.float32)
def test_combines_all_options(submission, probes, task, dtype):
    """Smoothing, z-loss, ignored tokens and a number of items work together."""
    logits, labels = task.logits().to(dtype), task.labels()

    assert_right(submission, probes, logits, labels, **task.options)


@pytest.mark.points(4)
@given(
    task=ONE_ROW,
    dtype=st.sampled_from([torch.bfloat16, torch.float16]),
    s=st.sampled_from([40, 5]),
)
@example(task=replace(ROW, scale=4.0), dtype=torch.bfloat16, s=40)
@example(task=replace(ROW, seed=1, scale=4.0), dtype=torch.float16, s=40)
def test_computes_in_float32_from_few_digits(submission, probes, task, dtype, s):
    """Logits of half precision give a float32 loss with float32's accuracy."""
    task = replace(task, s=s)
    logits, labels = task.logits().to(dtype), task.labels()

    assert_right(submission, probes, logits, labels)


@pytest.mark.points(4)
@given(task=ONE_ROW, scale=st.sampled_from([1e4, 1e5, 300.0]))
@example(task=ROW, scale=1e4)
@example(task=replace(ROW, seed=1), scale=300.0)
def test_stays_right_for_huge_logits(submission, probes, task, scale):
    """Neither exponentials that overflow nor logarithms of zero get in the way."""
    task = replace(task, scale=scale)
    logits, labels = task.logits(), task.labels()

    assert_right(submission, probes, logits, labels)


@pytest.mark.points(3)
@given(task=ONE_ROW, constant=st.sampled_from([200.0, -200.0, 50.0]))
@example(task=ROW, constant=200.0)
@example(task=ROW, constant=-200.0)
def test_does_not_see_a_constant_in_all_logits(submission, probes, task, constant):
    """Only differences of logits matter; so their gradients sum to zero."""
    logits, labels = task.logits(), task.labels()
    expected, slope = expected_of(logits, labels)
    moved = logits + constant

    function = submission.causal_lm_loss
    loss, [gradient] = pass_back(probes, function, [moved, labels])

    given_ = {"logits": moved, "labels": labels}
    assert_parity(loss, expected, "the loss", within=LossAllowance(**given_))
    allowance = LossGradientAllowance(**given_)
    assert_parity(gradient, slope, OF_LOGITS, within=allowance, axes=AXES)


@pytest.mark.points(3)
@given(task=ROWS, n_pads=st.integers(1, 4))
@example(task=Task(), n_pads=2)
@example(task=Task(seed=1, v=3), n_pads=1)
def test_depends_neither_on_order_nor_on_padding(submission, task, n_pads):
    """Classes and rows may be in another order, and rows may be padded with nothing."""
    logits, labels = task.logits(), task.labels()
    expected, _ = expected_of(logits, labels)
    renamed = torch.randperm(task.v, generator=task.random())  # old class by new
    names = renamed.argsort()  # new class by old
    padding = logits.new_full((task.b, n_pads, task.v), 30.0)
    others = {
        "classes renamed": (
            logits[..., renamed],
            torch.where(labels < 0, labels, names[labels.clamp(min=0)]),
        ),
        "rows reversed": (logits.flip(0), labels.flip(0)),
        "rows padded": (
            torch.cat([logits, padding], dim=1),
            torch.cat([labels, labels.new_full((task.b, n_pads), -100)], dim=1),
        ),
    }

    for name, given_ in others.items():
        loss = call(submission.causal_lm_loss, *given_)
        allowance = LossAllowance(logits=given_[0], labels=given_[1])
        assert_parity(loss, expected, f"the loss with {name}", within=allowance)


@pytest.mark.points(4)
@given(task=ROWS, as_tensor=st.booleans())
@example(task=Task(), as_tensor=True)
@example(task=Task(seed=1, ignored=0.0), as_tensor=False)
def test_adds_up_over_any_split_of_a_batch(submission, probes, task, as_tensor):
    """With one number of items, parts of a batch add up to it, an empty one too."""
    task = replace(task, b=8)
    logits, labels = task.logits(), task.labels()
    labels[6:] = -100  # the last part of the finest split counts nothing
    n = int((labels[:, 1:] != -100).sum())
    items = torch.tensor(n) if as_tensor else n
    options = {"num_items_in_batch": items}

    for size in SPLITS:
        parts = zip(logits.split(size), labels.split(size), strict=True)
        found = [
            pass_back(probes, submission.causal_lm_loss, [*part], options=options)
            for part in parts
        ]
        shape = (size, *logits.shape[1:])
        for loss, [gradient] in found:
            assert_tensor(loss, shape=(), dtype=torch.float32, what="the loss")
            assert_tensor(gradient, shape=shape, dtype=torch.float32, what=OF_LOGITS)
        whole = torch.stack([loss for loss, _ in found]).sum()
        assert_loss(whole, logits, labels, num_items_in_batch=n)
        gradient = torch.cat([gradient for _, [gradient] in found])
        assert_gradient(gradient, logits, labels, num_items_in_batch=n)


def descend(weights, labels, learning_rate):
    """Return the weights of the model of the probe after one step on a whole batch."""
    leaves = [weight.clone().requires_grad_() for weight in weights]
    embedding, head = leaves
    loss = loss_by_hand(embedding[labels.clamp(min=0)] @ head.T, labels)
    gradients = torch.autograd.grad(loss, leaves)
    pairs = zip(leaves, gradients, strict=True)
    return [leaf.detach() - learning_rate * gradient for leaf, gradient in pairs]


@pytest.mark.points(4)
@given(task=ROWS)
@example(task=Task())
@example(task=Task(seed=1, ignored=0.8))
def test_trains_alike_however_batches_accumulate(submission, probes, task):
    """8 rows at once, 4 twice and 2 four times end in the same weights."""
    task = replace(task, b=8)
    labels, random = task.labels(), task.random()
    weights = [torch.randn(task.v, task.h, generator=random) for _ in range(2)]
    honest = descend(weights, labels, 0.5)
    expected = descend([weight.double() for weight in weights], labels, 0.5)

    for size in SPLITS:
        actual = probes.accumulation.weights_after(
            submission.loss_for_trainer,
            weights,
            labels,
            batch_size=size,
            accumulation=8 // size,
            learning_rate=0.5,
        )
        what = f"the weights after {8 // size} batches of {size} rows"
        assert_parity(actual, expected, what, within=OutputAllowance(honest=honest))


@pytest.mark.points(3)
@given(task=ONE_ROW)
@example(task=ROW)
def test_reads_tensors_in_any_memory(submission, probes, task):
    """Logits and labels may be views whose elements lie apart or in one place."""
    task = replace(task, b=2)
    logits, labels = task.logits(), task.labels()
    function = submission.causal_lm_loss

    apart = probes.views.on_strided(function, logits, labels)
    repeated = probes.views.on_expanded(function, logits, labels)

    assert_loss(apart, logits, labels)
    same = logits[:1].repeat(task.b, 1, 1), labels[:1].repeat(task.b, 1)
    assert_loss(repeated, *same)


@pytest.mark.points(3)
@given(task=ROWS)
@example(task=Task())
def test_leaves_no_trace(submission, probes, task):
    """Logits, labels and the number of items are unchanged, and so is all else."""
    row = replace(task, b=1, ignored=0.0)
    function = submission.causal_lm_loss
    assert_loss(call(function, row.logits(), row.labels()), row.logits(), row.labels())
    given_ = [task.logits(), task.labels(), -100, torch.tensor(9)]

    after = probes.calls.arguments_after(function, *given_)
    changed = probes.state.changes(function, *given_)

    before = [task.logits(), task.labels(), -100, torch.tensor(9)]
    assert_unchanged(after, before, "the arguments after the call")
    assert_no_changes(changed)


def ask(function, *given_, **options):
    """Call a function whose answer is judged elsewhere.

    What it says here tells a mistake of the chunks from another that looks like it.
    """
    with suppress(Exception):
        function(*given_, **options)


def pass_back_chunks(submission, probes, tensors, cotangent=1.0, **options):
    """Return the chunked loss and its gradients by hidden states and head."""
    hidden, weight, labels = tensors
    others = {name: options[name] for name in options if name != "chunk_size"}
    ask(submission.causal_lm_loss, hidden @ weight.T, labels, **others)
    return pass_back(
        probes,
        submission.chunked_causal_lm_loss,
        tensors,
        wanted=(0, 1),
        options=options,
        cotangent=torch.tensor(cotangent),
    )


def assert_chunks(loss, gradients, tensors, cotangent=1.0, **options):
    """Compare a chunked loss and its gradients with those of the whole."""
    hidden, weight, labels = tensors
    _, honest = expected_of_head(hidden, weight, labels, **options)
    wide = hidden.double(), weight.double(), labels
    expected, true = expected_of_head(*wide, **options)
    honest, true = ([cotangent * one for one in each] for each in (honest, true))
    given_ = {"logits": hidden @ weight.T, "labels": labels, **options}
    assert_parity(loss, expected, "the loss", within=LossAllowance(**given_))
    assert_parity(gradients, true, BOTH, within=GradientAllowance(honest=honest))


@pytest.mark.points(4)
@given(task=TASKS, chunk_size=st.integers(1, 24), cotangent=st.sampled_from([1.0, 3.0]))
@example(task=FULL, chunk_size=4, cotangent=1.0)
@example(task=replace(FULL, seed=1, n=None), chunk_size=5, cotangent=3.0)
@example(task=replace(FULL, seed=2, ignored=0.0), chunk_size=1, cotangent=1.0)
@example(task=replace(FULL, seed=3, ignore_index=0), chunk_size=24, cotangent=1.0)
def test_chunks_send_back_the_same_gradients(
    submission, probes, task, chunk_size, cotangent
):
    """Hidden states and head get the gradients of the whole, with every option."""
    tensors, options = [*task.head(), task.labels()], task.options

    loss, gradients = pass_back_chunks(
        submission, probes, tensors, cotangent, chunk_size=chunk_size, **options
    )

    assert_chunks(loss, gradients, tensors, cotangent, **options)


@pytest.mark.points(4)
def test_chunks_never_hold_all_logits(submission, probes):
    """Forward and backward, there is memory for some chunks and not for all logits."""
    function, peak_bytes = submission.chunked_causal_lm_loss, probes.memory.peak_bytes
    task = Task(b=1, s=13, v=256, h=2, ignored=0.0)
    for v in range(64, 73):  # a few tokens, for different mistakes take other amounts
        few = replace(task, v=v)
        given_ = [*few.head(), few.labels()]
        ask(peak_bytes, function, given_, [0, 1], options={"chunk_size": 4})

    for chunk_size in (8, 6):
        task = replace(task, b=3, s=129)
        hidden, weight, labels = given_ = [*task.head(), task.labels()]
        options = {"chunk_size": chunk_size}
        loss = call(function, *given_, **options)
        peak = peak_bytes(function, given_, [0, 1], options=options)

        assert_loss(loss, hidden @ weight.T, labels)
        token = 4 * task.v  # bytes of its logits in float32
        whole = task.b * (task.s - 1) * token
        what = f"the memory for chunks of {chunk_size} tokens, forward and backward"
        sizes = {"most": whole // 3, "chunk": chunk_size * token, "whole": whole}
        assert_peak(peak, **sizes, what=what)


@pytest.mark.points(3)
@given(task=ROWS, chunk_size=st.integers(1, 9), s=st.sampled_from([1, 5]))
@example(task=Task(), chunk_size=4, s=5)
@example(task=Task(), chunk_size=4, s=1)
def test_chunks_keep_the_rules_of_the_whole(submission, probes, task, chunk_size, s):
    """Nothing counted is zero, unknown labels are refused, inputs stay as they are."""
    (hidden, weight), labels = task.head(), task.labels()
    function = submission.chunked_causal_lm_loss
    nothing = [hidden[:, :1].repeat(1, s, 1), weight, torch.full((task.b, s), -100)]

    loss, gradients = pass_back_chunks(
        submission, probes, nothing, chunk_size=chunk_size
    )
    after = probes.calls.arguments_after(function, hidden, weight, labels, chunk_size)
    ask(function, hidden, weight, labels, chunk_size=chunk_size)

    assert_parity(loss, torch.tensor(0.0), "the loss")
    assert_parity(gradients, [torch.zeros_like(one) for one in nothing[:2]], BOTH)
    before = [hidden, weight, labels, chunk_size]
    assert_unchanged(after, before, "the arguments after the call")
    for label in (task.v, -1):
        wrong = labels.clone()
        wrong[-1, -1] = label
        with raises(ValueError, f"the label {label} of {task.v} classes"):
            call(function, hidden, weight, wrong, chunk_size=chunk_size)


@pytest.mark.points(3)
@given(
    seed=st.integers(0, 2**32 - 1),
    dtype=st.sampled_from([torch.bfloat16, torch.float16]),
    chunk_size=st.sampled_from([7, 1, 200]),
)
@example(seed=0, dtype=torch.bfloat16, chunk_size=7)
@example(seed=1, dtype=torch.float16, chunk_size=7)
def test_chunks_add_up_in_float32(submission, probes, seed, dtype, chunk_size):
    """Half precision gives a float32 loss, and gradients of its own dtype."""
    task = Task(seed=seed, b=2, s=20, ignored=0.2)
    # Their products have so few digits that half precision loses none.
    halves = [(2 * one).round().clamp(-3, 3).to(dtype) / 2 for one in task.head()]
    tensors = [*halves, task.labels()]

    loss, gradients = pass_back_chunks(
        submission, probes, tensors, chunk_size=chunk_size
    )

    assert_chunks(loss, gradients, tensors)
