"""Public checks of fine-tuning.  In shapes, b is rows and s the width of a batch."""

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.kit import tiny_llama
from autograder.kit.allowance import OutputAllowance
from autograder.kit.compare import assert_has_keys, assert_parity, assert_type
from autograder.kit.failures import CheckFailed
from autograder.kit.records import Record, columns, records
from autograder.kit.tokenizer import (
    BOS,
    BOS_ID,
    EOS,
    EOS_ID,
    PAD,
    PAD_ID,
    VOCAB_SIZE,
    encode,
)

PROMPT = (
    "Below is an instruction that describes a task. Write a response that appropriately"
    " completes the request.\n\n### Instruction:\n{}\n\n### Response:\n"
)
IGNORED = -100

DEFAULTS = {
    "num_train_epochs": 3,
    "per_device_train_batch_size": 8,
    "per_device_eval_batch_size": 8,
    "learning_rate": 2e-5,
    "lr_scheduler_type": "cosine",
    "logging_steps": 1,
    "save_strategy": "no",
    "report_to": [],
    "use_cpu": True,
    "bf16": False,
}
OTHERS = (
    st.tuples(st.just("learning_rate"), st.sampled_from([1e-3, 0.5, 1.0])),
    st.tuples(st.just("num_train_epochs"), st.integers(4, 9)),
    st.tuples(st.just("lr_scheduler_type"), st.sampled_from(["linear", "constant"])),
    st.tuples(st.just("per_device_train_batch_size"), st.integers(1, 7)),
    st.tuples(st.just("logging_steps"), st.integers(2, 9)),
    st.tuples(st.just("save_strategy"), st.sampled_from(["epoch", "steps"])),
    st.tuples(st.just("seed"), st.integers(1, 9)),
    st.tuples(st.just("weight_decay"), st.sampled_from([0.1, 0.01])),
)

# Answers are not all alike long, so a batch of two has padding.
HI = Record(instruction="Say hi.", input="", output="Hi there!")
CAPITAL = Record(instruction="中国的首都", input=None, output="北京。")
NOTHING = Record(instruction="Say nothing.", input="", output="")
SIMPLE = [
    record
    for record in records()
    if not record.input and 0 < len(record.output) < 60 and record.output[0].isalnum()
]
ROWS = st.lists(st.sampled_from(SIMPLE), min_size=2, max_size=3, unique=True)

TOKEN_BY_TOKEN = tiny_llama.files({"num_hidden_layers": 0})
PADS = {"a pad": PAD, "no pad": None, "the end as pad": EOS, "a pad of id 0": BOS}
BY_PAD = {
    name: tiny_llama.files({"num_hidden_layers": 0}, {"pad_token": pad})
    for name, pad in PADS.items()
}


def prompt_of(record):
    """Return the ids of a record without input, up to where the answer begins."""
    return [BOS_ID, *encode(PROMPT.format(record.instruction))]


def answer_of(record):
    """Return the ids of a record's answer and its end."""
    return [*encode(record.output), EOS_ID]


def assert_column(batch, name, rows, fill):
    """Compare one column of a batch with rows that are padded on the right."""
    assert_has_keys(batch, [name], "the batch")
    width = max(map(len, rows))
    padded = torch.tensor([row + [fill] * (width - len(row)) for row in rows])
    assert_parity(batch[name], padded, f"batch[{name!r}]", axes=("row", "position"))


def assert_count(found, n, what):
    """Compare how many there are in a list."""
    assert_type(found, list, what)
    assert_parity(len(found), n, f"the number of {what}")


def only_batch(batches):
    """Return the batch of rows that fit into one."""
    assert_count(batches, 1, "batches")
    return batches[0]


def summed_loss(weights, record):
    """Return the losses of an answer's tokens together, each told by the last one."""
    ids = torch.tensor([[*prompt_of(record), *answer_of(record)]])
    n = len(answer_of(record))
    logits = tiny_llama.logits_without_layers(weights, ids[:, :-1])  # [1, s - 1, v]
    chances = logits[0, -n:].log_softmax(-1)  # [n, v]
    return -chances.gather(-1, ids[0, -n:, None]).sum()


def with_precision(compute):
    """Return what a computation gives in float64, and how far from it one may be."""
    weights = TOKEN_BY_TOKEN[tiny_llama.WEIGHTS]
    exact = compute({name: weight.double() for name, weight in weights.items()})
    return exact, OutputAllowance(honest=compute(weights), floor=8)


@pytest.mark.points(4)
@given(output_dir=st.sampled_from([f"runs/{n}" for n in range(99)]))
@example(output_dir="runs/first")
def test_settings_are_those_of_the_table(submission, probes, output_dir):
    """Who says nothing else trains by the course's settings."""
    expected = DEFAULTS | {"output_dir": output_dir}

    actual = probes.finetuning.settings(
        submission.make_training_arguments,
        list(expected),
        output_dir,
        {"use_cpu": True},
    )

    assert_parity(actual, expected, "the settings")


@pytest.mark.points(4)
@given(overrides=st.sets(st.one_of(*OTHERS), min_size=1, max_size=4).map(sorted))
@example(overrides=[("learning_rate", 0.5)])
@example(overrides=[("num_train_epochs", 7), ("seed", 3)])
def test_what_is_asked_for_wins_over_the_table(submission, probes, overrides):
    """Each setting can be overridden, and so can those that the table leaves out."""
    asked = dict(overrides)

    actual = probes.finetuning.settings(
        submission.make_training_arguments, list(asked), "runs", asked
    )

    assert_parity(actual, asked, "the settings")


@pytest.mark.points(6)
@given(rows=ROWS)
@example(rows=[HI, CAPITAL])
@example(rows=[NOTHING, HI])
def test_batches_hold_prompts_answers_and_ends(submission, probes, rows):
    """The model reads the prompt, the answer and its end, padded on the right."""
    ids = [[*prompt_of(row), *answer_of(row)] for row in rows]

    batches = probes.finetuning.batches(
        submission.build_trainer, TOKEN_BY_TOKEN, columns(rows), {}
    )

    batch = only_batch(batches)
    assert_column(batch, "input_ids", ids, PAD_ID)
    assert_column(batch, "attention_mask", [[1] * len(row) for row in ids], 0)
    names = sorted(map(str, batch))
    assert_parity(names, ["attention_mask", "input_ids", "labels"], "the keys, sorted")


@pytest.mark.points(6)
@given(rows=ROWS)
@example(rows=[HI, CAPITAL])
@example(rows=[NOTHING, HI])
def test_labels_are_the_answer_and_its_end(submission, probes, rows):
    """The prompt is read and not learned; the end is learned, or no answer ends."""
    one_by_one = {"per_device_train_batch_size": 1}

    batches = probes.finetuning.batches(
        submission.build_trainer, TOKEN_BY_TOKEN, columns(rows), one_by_one
    )

    assert_count(batches, len(rows), "batches")
    for row, batch in zip(rows, batches, strict=True):
        labels = [IGNORED] * len(prompt_of(row)) + answer_of(row)
        assert_column(batch, "labels", [labels], IGNORED)


@pytest.mark.points(8)
@given(rows=ROWS, pad=st.sampled_from(sorted(PADS)))
@example(rows=[HI, CAPITAL], pad="no pad")
@example(rows=[HI, CAPITAL], pad="the end as pad")
@example(rows=[HI, CAPITAL], pad="a pad of id 0")
def test_the_end_is_learned_whatever_the_pad(submission, probes, rows, pad):
    """A tokenizer without a pad, or whose pad is the end, changes nothing that counts.

    Without a pad the end's id fills rows up.
    """
    fill = {"a pad": PAD_ID, "a pad of id 0": BOS_ID}.get(pad, EOS_ID)
    ids = [[*prompt_of(row), *answer_of(row)] for row in rows]
    labels = [[IGNORED] * len(prompt_of(row)) + answer_of(row) for row in rows]

    batches = probes.finetuning.batches(
        submission.build_trainer, BY_PAD[pad], columns(rows), {}
    )

    batch = only_batch(batches)
    assert_column(batch, "labels", labels, IGNORED)
    assert_column(batch, "attention_mask", [[1] * len(row) for row in ids], 0)
    assert_column(batch, "input_ids", ids, fill)


@pytest.mark.points(7)
@given(rows=ROWS, n_items=st.integers(1, 99))
@example(rows=[HI, CAPITAL], n_items=20)
@example(rows=[CAPITAL, HI], n_items=1)
def test_losses_are_divided_by_the_tokens_of_the_step(
    submission, probes, rows, n_items
):
    """A step may have several batches, and each token counts alike in all of them."""

    def compute(weights):
        return [summed_loss(weights, row) / n_items for row in rows]

    actual = probes.finetuning.losses(
        submission.build_trainer,
        TOKEN_BY_TOKEN,
        columns(rows),
        {"per_device_train_batch_size": 1},
        n_items,
    )

    expected, allowance = with_precision(compute)
    assert_parity(actual, expected, "the loss of each batch", within=allowance)


@pytest.mark.points(4)
def test_leaves_model_tokenizer_and_rows_as_they_were(submission, probes):
    """Building a Trainer changes nothing that it is built of."""
    ways = [(pad, rows) for pad in PADS for rows in ([HI, CAPITAL], [NOTHING])]

    found = [
        probes.finetuning.left_by(
            submission.build_trainer, BY_PAD[pad], columns(rows), []
        )
        for pad, rows in ways
    ]

    for (pad, rows), left in zip(ways, found, strict=True):
        assert_has_keys(left, ["rows", "tokenizer", "vocabulary"], "what is left")
        tokenizer = left["tokenizer"]
        assert_has_keys(tokenizer, ["pad_token", "tokens"], "the tokenizer")
        assert_parity(left["rows"], columns(rows), "the data set")
        assert_parity(tokenizer["pad_token"], PADS[pad], "the tokenizer's pad_token")
        assert_parity(tokenizer["tokens"], VOCAB_SIZE, "the tokenizer's length")
        assert_parity(left["vocabulary"], VOCAB_SIZE, "the rows of the embedding")


@pytest.mark.points(8)
def test_learns_answers_by_heart_and_stops(submission, probes):
    """After many steps on a few rows the model gives their answers and ends them."""
    rows = [HI, CAPITAL, SIMPLE[0]]
    settings = {
        "max_steps": 50,
        "learning_rate": 0.02,
        "lr_scheduler_type": "constant",
        "report_to": "none",
        "save_strategy": "no",
    }

    found = probes.training.answered(
        submission.finetune,
        tiny_llama.files(),
        columns(rows),
        settings,
        [prompt_of(row) for row in rows],
        60,
    )

    assert_has_keys(found, ["losses", "answers"], "the run")
    assert_count(found["answers"], len(rows), "answers")
    for row, answer in zip(rows, found["answers"], strict=True):
        assert_parity(answer, answer_of(row), f"the answer to {row.instruction!r}")
    assert_type(found["losses"], list, "the losses")
    last = found["losses"][-1] if found["losses"] else None
    assert_type(last, float, "the last loss")
    if not last < 0.1:
        raise CheckFailed(
            "wrong value", what="the last loss", expected="below 0.1", got=f"{last:.4g}"
        )


@pytest.mark.points(5)
def test_returns_every_loss_and_the_folder(submission, probes):
    """The losses come one a step as they were, and the model is where it was asked."""
    settings = {
        "learning_rate": 0.0,
        "logging_steps": 1,
        "num_train_epochs": 1,
        "per_device_train_batch_size": 1,
        "report_to": "none",
        "train_sampling_strategy": "sequential",
    }
    orders = [SIMPLE[n : n + 3] for n in range(8)]

    found = [
        probes.runs.finetuned(
            submission.finetune, TOKEN_BY_TOKEN, columns(rows), settings
        )
        for rows in orders
    ]

    for rows, run in zip(orders, found, strict=True):
        what = "losses"
        assert_has_keys(run, [what, "is_where_asked", "is_source_kept"], "the run")
        assert_count(run[what], len(rows), what)
        for index, (row, loss) in enumerate(zip(rows, run[what], strict=True)):
            assert_type(loss, float, f"{what}[{index}]")
            expected, allowance = with_precision(
                lambda weights, row=row: summed_loss(weights, row) / len(answer_of(row))
            )
            actual = torch.tensor(loss, dtype=torch.float32)
            assert_parity(actual, expected, f"{what}[{index}]", within=allowance)
        facts = {name: run[name] for name in ("is_where_asked", "is_source_kept")}
        assert_parity(facts, dict.fromkeys(facts, True), "what is true of the folders")
