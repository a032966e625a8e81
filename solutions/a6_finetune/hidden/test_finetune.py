"""Hidden checks of fine-tuning.  In shapes, b is rows and s the width of a batch."""

import math
from itertools import combinations

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.kit import tiny_llama
from autograder.kit.allowance import OutputAllowance
from autograder.kit.compare import (
    assert_has_keys,
    assert_parity,
    assert_tensor,
    assert_type,
)
from autograder.kit.expect import raises
from autograder.kit.failures import CheckFailed
from autograder.kit.purity import assert_no_changes
from autograder.kit.records import columns, records
from autograder.kit.remember import remembered
from autograder.kit.tokenizer import (
    BOS_ID,
    CHAT_TEMPLATE,
    EOS,
    EOS_ID,
    PAD,
    PAD_ID,
    VOCAB_SIZE,
    encode,
)

BEGINNING = "Below is an instruction that describes a task"
MIDDLE = ". Write a response that appropriately completes the request.\n\n"
IGNORED = -100
ONE_BY_ONE = {"per_device_train_batch_size": 1}
DIVIDED = {"floor": 16}

# One step of plain gradient descent over all rows: what it moves can be computed.
ONE_STEP = {
    "learning_rate": 1.0,
    "lr_scheduler_type": "constant",
    "max_grad_norm": 0.0,
    "max_steps": 1,
    "optim": "sgd",
    "report_to": "none",
    "train_sampling_strategy": "sequential",
}
NO_STEP = {
    "learning_rate": 0.0,
    "logging_steps": 1,
    "num_train_epochs": 1,
    "report_to": "none",
    **ONE_BY_ONE,
}

WITHOUT_LAYERS = {"num_hidden_layers": 0}
FILES = tiny_llama.files(WITHOUT_LAYERS)
HALF = tiny_llama.files(WITHOUT_LAYERS | {"dtype": "bfloat16"})
WEIGHTS = FILES[tiny_llama.WEIGHTS]
NAMES = list(WEIGHTS)


def prompt_of(record):
    """Return the ids up to where the answer begins."""
    text = f"### Instruction:\n{record.instruction}\n\n"
    between = MIDDLE
    if record.input:
        between = f", paired with an input that provides further context{MIDDLE}"
        text += f"### Input:\n{record.input}\n\n"
    return [BOS_ID, *encode(f"{BEGINNING}{between}{text}### Response:\n")]


def row_of(record):
    """Return ids and labels of a record."""
    prompt, answer = prompt_of(record), [*encode(record.output), EOS_ID]
    return prompt + answer, [IGNORED] * len(prompt) + answer


# White space at the beginning of an answer may be read together with the prompt's end.
PLAIN = [
    record
    for record in records()
    if record.output == record.output.lstrip() and len(row_of(record)[0]) <= 512
]
SHORT = sorted(PLAIN, key=lambda record: len(row_of(record)[0]))[:32]
LONG = max(PLAIN, key=lambda record: len(prompt_of(record)))
SEVERAL = [SHORT[n : n + 3] for n in range(0, 24, 3)]


def assert_column(batch, name, rows, fill):
    """Compare one column of a batch with rows that are padded on the right."""
    assert_has_keys(batch, [name], "the batch")
    width = max(map(len, rows))
    padded = torch.tensor([row + [fill] * (width - len(row)) for row in rows])
    assert_parity(batch[name], padded, f"batch[{name!r}]", axes=("row", "position"))


def assert_rows(batches, rows, size=1):
    """Compare the ids of batches with rows in their order.

    Labels have checks of their own: who gets them wrong pays once.
    """
    assert_type(batches, list, "the batches")
    groups = [rows[start : start + size] for start in range(0, len(rows), size)]
    assert_parity(len(batches), len(groups), "the number of batches")
    for batch, group in zip(batches, groups, strict=True):
        assert_column(batch, "input_ids", [ids for ids, _ in group], PAD_ID)


def assert_weights(weights, what):
    """Require the names, the shapes, float32, and numbers that are finite."""
    assert_has_keys(weights, NAMES, what)
    for name in NAMES:
        where, shape = f"{what}[{name!r}]", tuple(WEIGHTS[name].shape)
        assert_type(weights[name], torch.Tensor, where)
        assert_tensor(weights[name], shape=shape, dtype=torch.float32, what=where)
        if not bool(weights[name].isfinite().all()):
            raise CheckFailed(
                "wrong values", what=where, expected="finite values", got="others"
            )


def mean_loss(weights, rows):
    """Return the loss of all tokens that count, each of them told by the last one."""
    total, n = 0.0, 0
    for ids, labels in map(row_of, rows):
        logits = tiny_llama.logits_without_layers(weights, torch.tensor([ids[:-1]]))
        targets = torch.tensor(labels[1:])
        counted = targets != IGNORED
        chances = logits[0, counted].log_softmax(-1)  # [n, v]
        total = total - chances.gather(-1, targets[counted, None]).sum()
        n += int(counted.sum())
    return total / n


@remembered
def stepped(rows, precision):
    """Return the weights after `ONE_STEP` over all rows."""
    leaves = {
        name: value.to(getattr(torch, precision), copy=True).requires_grad_()
        for name, value in WEIGHTS.items()
    }
    gradients = torch.autograd.grad(mean_loss(leaves, rows), list(leaves.values()))
    return {
        name: (value - gradient).detach()
        for (name, value), gradient in zip(leaves.items(), gradients, strict=True)
    }


@pytest.mark.points(6)
@given(
    rows=st.lists(st.sampled_from(PLAIN), min_size=1, max_size=4),
    size=st.sampled_from([1, 2, 4]),
)
@example(rows=PLAIN[:3], size=2)
def test_batches_are_those_of_any_records(submission, probes, rows, size):
    """English, Chinese, braces, emoji, with an input and without: rows are rows."""
    batches = probes.finetuning.batches(
        submission.build_trainer,
        FILES,
        columns(rows),
        {"per_device_train_batch_size": size},
    )

    pairs = list(map(row_of, rows))
    assert_rows(batches, pairs, size)
    for start, batch in zip(range(0, len(pairs), size), batches, strict=True):
        labels = [labels for _, labels in pairs[start : start + size]]
        assert_column(batch, "labels", labels, IGNORED)


@pytest.mark.points(6)
@given(
    record=st.sampled_from(SHORT),
    n_kept=st.integers(1, 9),
    limit=st.sampled_from(["model", "tokenizer"]),
)
@example(record=SHORT[1], n_kept=1, limit="model")
@example(record=SHORT[1], n_kept=1, limit="tokenizer")
@example(record=SHORT[8], n_kept=3, limit="model")
def test_rows_are_cut_to_what_model_and_tokenizer_take(
    submission, probes, record, n_kept, limit
):
    """A row ends where the model's positions end, or where the tokenizer says."""
    ids, labels = row_of(record)
    most = min(len(prompt_of(record)) + n_kept, len(ids))
    of_model, of_tokenizer = (most, 10**30) if limit == "model" else (512, most)
    files = tiny_llama.files(
        WITHOUT_LAYERS | {"max_position_embeddings": of_model},
        {"model_max_length": of_tokenizer},
    )

    batches = probes.finetuning.batches(
        submission.build_trainer, files, columns([record]), ONE_BY_ONE
    )

    assert_rows(batches, [(ids[:most], labels[:most])])


@pytest.mark.points(5)
def test_rows_that_teach_nothing_are_left_out(submission, probes):
    """A row without a token of its answer is no row to train on; all others stay."""
    most = len(prompt_of(LONG))
    files = tiny_llama.files(WITHOUT_LAYERS | {"max_position_embeddings": most})

    found = [
        probes.finetuning.batches(
            submission.build_trainer, files, columns([*rows[:1], LONG, *rows[1:]]), {}
        )
        for rows in SEVERAL
    ]

    for rows, batches in zip(SEVERAL, found, strict=True):
        assert_rows(batches, list(map(row_of, rows)), 8)
    with raises(ValueError, "rows of which none has anything to learn"):
        probes.finetuning.left_by(
            submission.build_trainer, files, columns([LONG, LONG]), []
        )


@pytest.mark.points(7)
def test_a_step_is_the_same_however_it_is_divided(submission, probes):
    """Eight rows at once, or in two, four or eight batches: one and the same step."""
    ways = [(rows, size) for rows in (SHORT[:8], SHORT[8:16]) for size in (8, 4, 2, 1)]

    found = [
        probes.finetuning.trained(
            submission.build_trainer,
            FILES,
            columns(rows),
            ONE_STEP
            | {
                "per_device_train_batch_size": size,
                "gradient_accumulation_steps": 8 // size,
            },
        )
        for rows, size in ways
    ]

    for (rows, _), weights in zip(ways, found, strict=True):
        allowance = OutputAllowance(honest=stepped(rows, "float32"), **DIVIDED)
        what = "the weights after one step"
        assert_parity(weights, stepped(rows, "float64"), what, within=allowance)


@pytest.mark.points(6)
def test_evaluates_other_rows_by_the_same_loss(submission, probes):
    """With "train" and "test", it is the tokens of the test's answers that are told."""
    pairs = list(zip(SEVERAL, [*SEVERAL[1:], SEVERAL[0]], strict=True))

    found = [
        probes.finetuning.evaluated(
            submission.build_trainer,
            FILES,
            columns(train),
            columns(test),
            ONE_BY_ONE | {"gradient_accumulation_steps": 2},
        )
        for train, test in pairs
    ]

    exact = {name: value.double() for name, value in WEIGHTS.items()}
    for (_, test), loss in zip(pairs, found, strict=True):
        assert_type(loss, float, "eval_loss")
        allowance = OutputAllowance(honest=mean_loss(WEIGHTS, test), **DIVIDED)
        actual = torch.tensor(loss, dtype=torch.float32)
        expected = mean_loss(exact, test)
        assert_parity(actual, expected, "eval_loss", within=allowance)


@pytest.mark.points(3)
def test_trains_the_weights_that_are_not_frozen(submission, probes):
    """Who freezes weights wants them kept, and wants the others trained."""
    subsets = [list(frozen) for n in range(4) for frozen in combinations(NAMES, n)]

    found = [
        probes.finetuning.left_by(
            submission.build_trainer, FILES, columns(SHORT[:2]), frozen
        )
        for frozen in subsets
    ]

    for frozen, left in zip(subsets, found, strict=True):
        assert_has_keys(left, ["trainable"], "what is left")
        trainable = [name for name in NAMES if name not in frozen]
        assert_parity(left["trainable"], trainable, "what is trained")


@pytest.mark.points(3)
def test_other_columns_never_reach_the_model(submission, probes):
    """Whatever else a data set brings, removed by the Trainer or not, stays behind."""
    ways = [(rows, removed) for rows in SEVERAL[:4] for removed in (False, True)]

    found = [
        probes.finetuning.batches(
            submission.build_trainer,
            FILES,
            columns(rows) | {"text": ["a book"] * 3, "label": [1, 2, 3]},
            {"remove_unused_columns": removed},
        )
        for rows, removed in ways
    ]

    for (rows, _), batches in zip(ways, found, strict=True):
        assert_rows(batches, list(map(row_of, rows)), 8)
        names = sorted(map(str, batches[0]))
        expected = ["attention_mask", "input_ids", "labels"]
        assert_parity(names, expected, "the keys, sorted")


@pytest.mark.points(5)
def test_saves_what_it_trained(submission, probes):
    """The folder holds the weights of the end, and the tokenizer they belong to."""
    found = [
        probes.runs.finetuned(submission.finetune, FILES, columns(rows), ONE_STEP)
        for rows in SEVERAL
    ]

    tokenizer = {
        "pad_token": PAD,
        "eos_token": EOS,
        "model_max_length": 512,
        "tokens": VOCAB_SIZE,
        "template": CHAT_TEMPLATE,
    }
    for rows, run in zip(SEVERAL, found, strict=True):
        # Where its own Trainer gets, right or wrong.
        end = probes.finetuning.trained(
            submission.build_trainer, FILES, columns(rows), ONE_STEP
        )
        what = "the saved weights"
        assert_has_keys(run, ["weights", "tokenizer"], "the run")
        assert_weights(run["weights"], what)
        assert_weights(end, "the weights of the Trainer")
        exact = {name: end[name].double() for name in NAMES}
        honest = {name: end[name] for name in NAMES}
        allowance = OutputAllowance(honest=honest, **DIVIDED)
        assert_parity(run["weights"], exact, what, within=allowance)
        if all(torch.equal(run["weights"][name], WEIGHTS[name]) for name in NAMES):
            raise CheckFailed(
                "wrong values", what=what, expected="other ones", got="those before"
            )
        assert_has_keys(run["tokenizer"], tokenizer, "the saved tokenizer")
        assert_has_keys(run["tokenizer"], list(tokenizer), "the saved tokenizer")
        saved = {name: run["tokenizer"][name] for name in tokenizer}
        assert_parity(saved, tokenizer, "the saved tokenizer")


@pytest.mark.points(3)
def test_trains_in_float32_whatever_was_saved(submission, probes):
    """A weight of 16 bits is too coarse for small steps."""
    found = [
        probes.runs.finetuned(submission.finetune, HALF, columns(rows), ONE_STEP)
        for rows in SEVERAL
    ]

    for run in found:
        assert_has_keys(run, ["weights"], "the run")
        assert_weights(run["weights"], "the saved weights")
        head = run["weights"][NAMES[-1]]
        if torch.equal(head, head.bfloat16().float()):
            raise CheckFailed(
                "wrong values",
                what="the saved lm_head.weight",
                expected="weights between those that 16 bits can hold",
                got="none",
            )


@pytest.mark.points(2)
def test_the_seed_decides_the_order_of_the_rows(submission, probes):
    """The same seed gives the same run, and other seeds give other runs."""
    rows = columns(SHORT[:6])
    seeds = [1, 1, *range(2, 9)]

    found = [
        probes.runs.finetuned(
            submission.finetune, FILES, rows, NO_STEP | {"seed": seed}
        )
        for seed in seeds
    ]

    for run in found:
        assert_has_keys(run, ["losses"], "the run")
    first, again, *others = [run["losses"] for run in found]
    assert_type(first, list, "the losses")
    assert_parity(len(first), 6, "the number of losses")
    for index, loss in enumerate(first):
        assert_type(loss, float, f"losses[{index}]")
        if not math.isfinite(loss):
            raise CheckFailed(
                "wrong values",
                what=f"losses[{index}]",
                expected="a finite number",
                got=str(loss),
            )
    assert_parity(again, first, "the losses with the same seed")
    if all(losses == first for losses in others):
        raise CheckFailed(
            "wrong values",
            what="the losses with eight different seeds",
            expected="other orders",
            got="one order",
        )


@pytest.mark.points(2)
def test_leaves_no_trace_in_global_state(submission, probes):
    """After a run, the program's random numbers and settings are what they were."""
    runs = [
        probes.runs.run(
            submission.finetune, FILES, columns(SHORT[:1]), NO_STEP | {"seed": seed}
        )
        for seed in range(1, 9)
    ]

    found = [probes.state.changes(run) for run in runs]

    for changed in found:
        assert_no_changes(changed)
