"""Hidden checks of the collator.  In shapes, b is rows and s the width of the batch."""

from copy import deepcopy
from functools import cache, partial

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.kit.calling import call
from autograder.kit.compare import (
    assert_has_keys,
    assert_parity,
    assert_tensor,
    assert_type,
)
from autograder.kit.purity import assert_no_changes, assert_unchanged
from autograder.kit.records import records
from autograder.kit.remember import remembered
from autograder.kit.tokenizer import (
    BOS_ID,
    EOS,
    EOS_ID,
    PAD,
    PAD_ID,
    load_tokenizer,
    token_rows,
)

COLUMNS = ("input_ids", "attention_mask", "labels")
SIDES = st.sampled_from(["right", "left"])
MULTIPLES = st.sampled_from([None, 1, 2, 3, 8])
LABEL_PADS = st.sampled_from([-100, -1, 0])


def make_row(tokens, length, n_prompt):
    """Return a row like an instruction's: unlabelled prompt, a hole in the mask."""
    ids = list(tokens[-length:])
    return {
        "input_ids": ids,
        "attention_mask": [int(place != n_prompt) for place in range(len(ids))],
        "labels": [-100] * len(ids[:n_prompt]) + ids[n_prompt:],
    }


def keep(row, columns):
    """Return a row with its ids and only these of its other columns."""
    return {name: row[name] for name in ("input_ids", *columns)}


# Shortest first.
TOKENS = st.sampled_from(sorted(token_rows(), key=len))
WHOLE_ROWS = st.builds(make_row, TOKENS, st.integers(1, 12), st.integers(0, 12))
ROWS = st.builds(keep, WHOLE_ROWS, st.sets(st.sampled_from(COLUMNS[1:])).map(sorted))
KINDS = (list, tuple, np.array, np.int32, torch.tensor, torch.IntTensor)
FIVES = [list(row[-5:]) for row in token_rows() if len(row) >= 5]
LONG = {"input_ids": [11, 12, 13, 14, 15, 16, 17, 5], "labels": [-100] * 6 + [17, 5]}
SHORT = {"input_ids": [21, 5], "attention_mask": [1, 0]}


def assert_columns(batch, expected, what="the batch"):
    """Compare the values of some columns, whose dtype has a check of its own."""
    assert_has_keys(batch, expected, what)
    for name, column in expected.items():
        actual, where = batch[name], f"{what}[{name!r}]"
        assert_type(actual, torch.Tensor, where)
        assert_parity(actual.to(column.dtype), column, where)


def assert_batches(batches, expected, what):
    """Compare what a probe collated, batch by batch, in the columns expected."""
    assert_type(batches, list, what)
    assert_parity(len(batches), len(expected), f"the number of {what}")
    for index, columns in enumerate(expected):
        assert_columns(batches[index], columns, f"{what}[{index}]")


def collate_here(collator, features, ids):
    """Return what a plain call gives, to be expected of a call elsewhere too.

    It fails unless the ids are right: a mistake in the other columns costs once, in the
    checks that are about them.
    """
    batch = call(collator, features)
    ids = torch.tensor(ids)  # [b, s]
    assert_columns(batch, {"input_ids": ids})
    for name in COLUMNS:
        column, what = batch.get(name), f"batch[{name!r}]"
        assert_type(column, torch.Tensor, what)
        assert_tensor(column, shape=tuple(ids.shape), dtype=column.dtype, what=what)
    return {name: batch[name].long() for name in COLUMNS}


def assert_long(batch):
    """Compare the dtype of ids and labels, which come from the rows."""
    for name in ("input_ids", "labels"):
        column, what = batch.get(name), f"batch[{name!r}]"
        assert_type(column, torch.Tensor, what)
        assert_tensor(column, shape=tuple(column.shape), dtype=torch.long, what=what)


@cache
def library_collator(side, pad_token):
    """Return a collator of the library's; its other options are its attributes."""
    from transformers import DataCollatorForSeq2Seq  # noqa: PLC0415 - takes seconds

    tokenizer = load_tokenizer(padding_side=side, pad_token=pad_token)
    return DataCollatorForSeq2Seq(tokenizer)


@remembered
def library_batch(rows, side, pad_token, multiple, label_pad):
    """Return the batch that the library's collator makes of these rows."""
    collator = library_collator(side, pad_token)
    collator.pad_to_multiple_of = multiple
    collator.label_pad_token_id = label_pad
    return dict(collator(deepcopy(rows)))


@pytest.mark.points(1)
@given(
    rows=st.lists(WHOLE_ROWS, min_size=1, max_size=4),
    side=SIDES,
    pad_token=st.sampled_from([PAD, EOS]),
    multiple=MULTIPLES,
    label_pad=LABEL_PADS,
)
@example(
    rows=[make_row(range(11, 19), 8, 2), make_row([21, 5], 2, 0)],
    side="left",
    pad_token=EOS,
    multiple=3,
    label_pad=-1,
)
def test_agrees_with_the_collator_of_transformers(
    submission, rows, side, pad_token, multiple, label_pad
):
    """The library's own collator gives the same batch for the same rows."""
    expected = library_batch(rows, side, pad_token, multiple, label_pad)

    collator = call(
        submission.PaddingCollator,
        pad_token_id=library_collator(side, pad_token).tokenizer.pad_token_id,
        padding_side=side,
        pad_to_multiple_of=multiple,
        label_pad_token_id=label_pad,
    )

    assert_parity(call(collator, rows), expected, "the batch")


@pytest.mark.points(1)
@given(
    rows=st.lists(ROWS, min_size=1, max_size=4),
    options=st.fixed_dictionaries(
        {
            "pad_token_id": st.sampled_from([PAD_ID, EOS_ID, BOS_ID, 128_004]),
            "padding_side": SIDES,
            "pad_to_multiple_of": MULTIPLES,
            "label_pad_token_id": LABEL_PADS,
            "max_length": st.none() | st.integers(1, 12),
        }
    ),
)
# The width is rounded after rows were cut, and may exceed `max_length` then.
@example([LONG, SHORT], {"pad_token_id": 5, "pad_to_multiple_of": 4, "max_length": 5})
@example([SHORT, LONG], {"pad_token_id": 5, "padding_side": "left", "max_length": 5})
@example([LONG, SHORT], {"pad_token_id": 0, "pad_to_multiple_of": 8, "max_length": 8})
def test_combines_all_options(submission, reference, rows, options):
    """Rows are cut, then padded, then the width is rounded: in that order."""
    expected = reference.PaddingCollator(**options)(rows)

    collator = call(submission.PaddingCollator, **options)

    assert_parity(call(collator, rows), expected, "the batch")


@pytest.mark.points(1)
@given(ids=st.lists(st.sampled_from(FIVES), min_size=3, max_size=3))
@example(ids=FIVES[:3])
def test_reads_rows_of_every_kind(submission, probes, ids):
    """A row is a list, a tuple, an array or a tensor, and may be a view of one."""
    alone = [{"input_ids": row} for row in ids]
    complete = [row | {"attention_mask": [1] * 5, "labels": ids[0]} for row in alone]
    collator = call(submission.PaddingCollator, PAD_ID)

    for rows in (alone, complete):
        expected = collate_here(collator, rows, ids)
        for make in KINDS:
            made = [{name: make(row[name]) for name in row} for row in rows]
            batch = call(collator, made)
            assert_columns(batch, expected)
            assert_long(batch)
            apart = probes.views.on_strided(collator, made)
            assert_columns(apart, expected, "the batch of views")
    mixed = [
        {name: make(row[name]) for name, make in zip(COLUMNS, kinds, strict=False)}
        for row, kinds in zip(complete, (KINDS, KINDS[1:], KINDS[2:]), strict=True)
    ]
    assert_columns(call(collator, mixed), expected)


@pytest.mark.points(1)
@given(
    tokens=TOKENS.map(lambda row: list(row[-2:])),
    pad_token_id=st.integers(1024, 2048),  # above every token: no token has it
    n_rows=st.integers(1, 3),
)
@example(tokens=[21, 5], pad_token_id=PAD_ID, n_rows=2)
def test_turns_a_row_without_tokens_into_padding(
    submission, tokens, pad_token_id, n_rows
):
    """A row without tokens is a row of padding, and no error."""
    empty = {"input_ids": []}
    complete = {"input_ids": (), "attention_mask": (), "labels": ()}
    short = {"input_ids": tokens}
    padding = [pad_token_id] * len(tokens)
    ids = torch.tensor([padding, tokens, padding])
    mask = torch.tensor([[0, 0], [1, 1], [0, 0]])

    for features in ([empty, short, complete], [complete, short, empty]):
        batch = call(call(submission.PaddingCollator, pad_token_id), features)
        assert_columns(batch, {"input_ids": ids, "attention_mask": mask})
        assert_long(batch)
    features = [empty, complete, empty][:n_rows]
    nothing = dict.fromkeys(COLUMNS, torch.zeros(n_rows, 0, dtype=torch.long))
    batch = call(call(submission.PaddingCollator, pad_token_id), features)
    assert_columns(batch, nothing)


@pytest.mark.points(1)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 999), st.sampled_from([0.5, 1.0, 0.0]), st.booleans()),
        min_size=2,
        max_size=3,
    )
)
@example(rows=[(7, 0.5, True), (8, 1.0, False), (9, 0.0, True)])
def test_stacks_numbers_and_drops_text(submission, rows):
    """Numbers ride along, one tensor a column; text stays behind."""
    columns = zip(*rows, strict=True)
    numbers = dict(zip(("n_characters", "weight", "is_chinese"), columns, strict=True))
    others = {
        "instruction": [record.instruction for record in records()[:3]],
        "input": [None, "", "你好"],
        "half_known": [1, None, 2],
    }
    features = [
        {name: column[i] for name, column in (numbers | others).items()}
        | {"input_ids": list(token_rows()[i][-3:])}
        for i in range(len(rows))
    ]

    batch = call(call(submission.PaddingCollator, PAD_ID), features)

    assert_type(batch, dict, "the batch")
    names = sorted([*COLUMNS, *numbers])
    assert_parity(sorted(map(str, batch)), names, "the keys, sorted")
    for name, column in numbers.items():
        assert_parity(batch.get(name), torch.tensor(column), f"batch[{name!r}]")


@pytest.mark.points(1)
@given(
    st.integers(1, 6).flatmap(
        lambda s: st.lists(
            st.lists(st.integers(0, 1), min_size=s, max_size=s), min_size=1, max_size=4
        )
    )
)
@example([[1, 0, 1, 1], [0, 0, 0, 0], [0, 1, 1, 0]])
def test_position_ids_follow_any_mask(submission, probes, rows):
    """Positions count what the mask calls real, in whatever memory it lies."""
    mask = torch.tensor(rows)
    expected = torch.tensor(
        [[value * sum(row[:k]) for k, value in enumerate(row)] for row in rows]
    )

    actual = call(submission.position_ids, mask)

    assert_parity(actual, expected, "position_ids")
    apart = probes.views.on_strided(submission.position_ids, mask)
    assert_parity(apart, expected, "position_ids of a view")
    repeated = probes.views.on_expanded(submission.position_ids, mask)
    assert_parity(repeated, expected[:1].expand(mask.shape), "position_ids of a view")
    after = probes.calls.arguments_after(submission.position_ids, mask)
    assert_unchanged(after, [torch.tensor(rows)], "the arguments after the call")
    nothing = call(submission.position_ids, mask[:, :0])
    assert_tensor(nothing, shape=(len(rows), 0), dtype=torch.long, what="position_ids")


@pytest.mark.points(1)
@given(ids=st.lists(st.integers(6, 99), min_size=7, max_size=7))
@example(ids=[21, 9, 11, 12, 7, 8, 22])
def test_makes_every_batch_anew(submission, probes, ids):
    """A batch shares no memory with anything and remembers no batch before it."""
    a, b, c, d, e, f, g = ids
    narrow = [{"input_ids": [a, 5]}, {"input_ids": [b, 5]}]
    wide = [{"input_ids": [c, d, 5]}, SHORT]
    other = [{"input_ids": [e, f, 5]}, {"input_ids": [b, 5]}]
    single = [{"input_ids": torch.tensor([a, g, 5])}]
    make = partial(call, submission.PaddingCollator, PAD_ID)

    changed = probes.state.changes(make(), wide)
    assert_no_changes(changed)
    first = collate_here(make(), narrow, [[a, 5], [b, 5]])
    second = collate_here(make(), wide, [[c, d, 5], [21, 5, PAD_ID]])
    third = collate_here(make(), other, [[e, f, 5], [b, 5, PAD_ID]])
    batches = probes.calls.one_after_another(make(), [narrow, wide, other, narrow])
    assert_batches(batches, [first, second, third, first], "batches")
    for features in (narrow, wide, single):
        shared = probes.sharing.overlaps(make(), features)
        assert_parity(shared, [], "the tensors that share memory")


@pytest.mark.points(1)
def test_works_in_a_data_loader_with_workers(submission, probes):
    """A DataLoader sends the collator to its workers and your batches back."""
    rows = [make_row(ids, 4, 2) for ids in token_rows()[:8]]
    ids = [row["input_ids"] for row in rows]
    collator = call(submission.PaddingCollator, PAD_ID)
    parts = (slice(0, 3), slice(3, 6), slice(6, 8))
    expected = [collate_here(collator, rows[part], ids[part]) for part in parts]

    for workers in (0, 2):
        batches = probes.loading.batches(collator, rows, 3, workers)
        assert_batches(batches, expected, f"batches of {workers} workers")
    probes.loading.pickled_size(collator)


@pytest.mark.points(1)
def test_works_in_a_trainer(submission, probes):
    """A Trainer hands the model your batches, with and without unused columns."""
    others = {"n_tokens": 4, "source": "a book"}
    rows = [make_row(ids, 4, 2) | others for ids in token_rows()[:4]]
    ids = [row["input_ids"] for row in rows]
    collator = call(submission.PaddingCollator, PAD_ID)
    parts = (slice(0, 2), slice(2, 4))
    expected = [collate_here(collator, rows[part], ids[part]) for part in parts]

    for removed in (False, True):
        batches = probes.training.batches_seen(
            collator, rows, 2, remove_unused_columns=removed
        )
        assert_batches(batches, expected, "batches that the model was given")
