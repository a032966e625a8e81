"""Public checks of the collator.  In shapes, b is rows and s the width of the batch."""

from itertools import count

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
from autograder.kit.expect import raises
from autograder.kit.purity import assert_unchanged
from autograder.kit.tokenizer import PAD_ID, token_rows

COLUMNS = ("input_ids", "attention_mask", "labels")

# The last tokens of real rows, shortest first: each ends with the end-of-turn token.
ROWS = st.builds(
    lambda row, length: list(row[-length:]),
    st.sampled_from(sorted(token_rows(), key=len)),
    st.integers(1, 9),
)
BATCHES = st.lists(ROWS, min_size=2, max_size=4)


def collate(submission, features, **options):
    """Collate with a new collator; fail if the batch lacks one of the three columns."""
    batch = call(call(submission.PaddingCollator, **options), features)
    assert_has_keys(batch, COLUMNS, "the batch")
    return batch


def assert_shape(batch, name, shape):
    """Compare a column's shape; its dtype has a check of its own."""
    column, what = batch[name], f"batch[{name!r}]"
    assert_type(column, torch.Tensor, what)
    assert_tensor(column, shape=shape, dtype=column.dtype, what=what)


def assert_column(batch, name, real, *, fill=None, width=None, side="right"):
    """Compare the real part of each row, and its padding if `fill` is given."""
    width = width or max(map(len, real))
    assert_shape(batch, name, (len(real), width))
    what = f"batch[{name!r}]"
    for index, expected in enumerate(real):
        n = len(expected)
        row = batch[name][index].long().tolist()
        start = 0 if side == "right" else width - n
        actual, padding = row[start : start + n], row[:start] + row[start + n :]
        assert_parity(actual, expected, f"the real part of {what}[{index}]")
        if fill is not None:
            fills = [fill] * (width - n)
            assert_parity(padding, fills, f"the padding of {what}[{index}]")


def ones(rows):
    """Return the mask of rows that are real throughout."""
    return [[1] * len(row) for row in rows]


@pytest.mark.points(1)
@given(rows=st.lists(ROWS, min_size=1, max_size=4))
@example(rows=[[9, 5]])
@example(rows=[[9, 5], [7, 5]])
@example(rows=[[9, 8, 7, 5], [5]])
def test_makes_three_long_tensors_as_wide_as_the_longest_row(submission, rows):
    """A batch is a rectangle of int64, as wide as its own longest row."""
    features = [{"input_ids": row} for row in rows]

    batch = collate(submission, features, pad_token_id=PAD_ID, max_length=64)

    shape = (len(rows), max(map(len, rows)))  # [b, s]
    for name in COLUMNS:
        what = f"batch[{name!r}]"
        assert_tensor(batch[name], shape=shape, dtype=torch.long, what=what)
    assert_parity(sorted(map(str, batch)), sorted(COLUMNS), "the keys, sorted")
    assert_column(batch, "input_ids", rows)


@pytest.mark.points(1)
@given(rows=BATCHES, pad_token_id=st.sampled_from([PAD_ID, 0, 128_004]))
@example(rows=[[11, 12, 13, 5], [21, 5]], pad_token_id=2)
@example(rows=[[21, 5], [11, 12, 13, 5]], pad_token_id=128_004)
def test_pads_on_the_right(submission, rows, pad_token_id):
    """Padding follows the tokens with the pad's id, and the mask tells them apart."""
    features = [{"input_ids": row} for row in rows]

    batch = collate(submission, features, pad_token_id=pad_token_id)

    assert_column(batch, "input_ids", rows, fill=pad_token_id)
    assert_column(batch, "attention_mask", ones(rows), fill=0)


@pytest.mark.points(1)
@given(rows=BATCHES)
@example(rows=[[11, 12, 13, 5], [21, 5]])
@example(rows=[[5], [7, 5], [9, 8, 7, 5]])
def test_pads_on_the_left(submission, rows):
    """On the left, padding comes first in all three columns alike."""
    features = [{"input_ids": row} for row in rows]

    batch = collate(submission, features, pad_token_id=PAD_ID, padding_side="left")

    assert_column(batch, "input_ids", rows, fill=PAD_ID, side="left")
    assert_column(batch, "attention_mask", ones(rows), fill=0, side="left")
    assert_column(batch, "labels", rows, side="left")


@pytest.mark.points(1)
@given(rows=BATCHES, label_pad=st.sampled_from([None, -1, 0]))
@example(rows=[[11, 12, 13, 5], [21, 5]], label_pad=None)
@example(rows=[[11, 12, 13, 5], [21, 5]], label_pad=-1)
def test_pads_labels_with_a_value_of_their_own(submission, rows, label_pad):
    """Labels are the ids, not shifted, and the loss must be able to skip padding."""
    features = [{"input_ids": row} for row in rows]
    chosen = {} if label_pad is None else {"label_pad_token_id": label_pad}

    batch = collate(submission, features, pad_token_id=PAD_ID, **chosen)

    assert_column(batch, "labels", rows, fill=-100 if label_pad is None else label_pad)


@pytest.mark.points(1)
@given(rows=BATCHES, place=st.integers(0, 8))
@example(rows=[[7, 5], [5]], place=1)
@example(rows=[[5, 9, 5, 7], [9, 5]], place=0)
def test_keeps_tokens_that_have_the_id_of_the_pad(submission, rows, place):
    """A token is padding because of where it stands, not because of its id."""
    pad_token_id = rows[0][place % len(rows[0])]
    features = [{"input_ids": row} for row in rows]

    batch = collate(submission, features, pad_token_id=pad_token_id)

    assert_column(batch, "attention_mask", ones(rows))
    assert_column(batch, "labels", rows)


@pytest.mark.points(1)
@given(rows=BATCHES, n_prompt=st.integers(0, 9), hole=st.integers(0, 8))
@example(rows=[[11, 12, 13, 5], [21, 5]], n_prompt=2, hole=1)
@example(rows=[[21, 5], [11, 12, 13, 5]], n_prompt=0, hole=3)
def test_keeps_masks_and_labels_that_rows_bring(submission, rows, n_prompt, hole):
    """What a row brings along is kept: whoever made the row knew more than you."""
    masks = [[int(k != hole % len(row)) for k in range(len(row))] for row in rows]
    labels = [[-100] * len(row[:n_prompt]) + row[n_prompt:] for row in rows]
    features = [
        dict(zip(COLUMNS, columns, strict=True))
        for columns in zip(rows, masks, labels, strict=True)
    ]

    batch = collate(submission, features, pad_token_id=PAD_ID)

    assert_column(batch, "attention_mask", masks)
    assert_column(batch, "labels", labels)


@pytest.mark.points(1)
@given(rows=BATCHES, max_length=st.integers(1, 9))
@example(rows=[[11, 12, 13, 5], [21, 5]], max_length=3)
@example(rows=[[11, 12, 13, 5], [21, 5]], max_length=4)
@example(rows=[[11, 12, 13, 5], [21, 22, 23, 24, 5]], max_length=1)
def test_cuts_long_rows_in_every_column(submission, rows, max_length):
    """A row that is too long loses its end, in all three columns alike."""
    features = [
        {"input_ids": row, "attention_mask": mask, "labels": row}
        for row, mask in zip(rows, ones(rows), strict=True)
    ]
    kept = [row[:max_length] for row in rows]

    batch = collate(submission, features, pad_token_id=PAD_ID, max_length=max_length)

    assert_column(batch, "input_ids", kept)
    for name in COLUMNS:
        assert_shape(batch, name, tuple(batch["input_ids"].shape))


@pytest.mark.points(1)
@given(rows=BATCHES, multiple=st.sampled_from([1, 2, 3, 8]))
@example(rows=[[9, 5], [5]], multiple=8)
@example(rows=[[9, 8, 7, 6, 9, 8, 7, 5], [5]], multiple=8)
@example(rows=[[5], [9, 8, 7, 6, 9, 8, 7, 6, 5]], multiple=8)
@example(rows=[[9, 8, 7, 5], [9, 5]], multiple=3)
def test_rounds_the_width_up_to_a_multiple(submission, rows, multiple):
    """The width grows to the next multiple, and one that fits already stays."""
    width = next(n for n in count(max(map(len, rows))) if n % multiple == 0)
    features = [{"input_ids": row} for row in rows]

    batch = collate(
        submission, features, pad_token_id=PAD_ID, pad_to_multiple_of=multiple
    )

    assert_column(batch, "input_ids", rows, width=width)
    for name in COLUMNS:
        assert_shape(batch, name, (len(rows), width))


@pytest.mark.points(1)
@given(
    pad_token_id=st.integers(0, 99),
    side=st.sampled_from(["middle", "LEFT", "Right", "", "igh", "t"]),
)
@example(pad_token_id=PAD_ID, side="middle")
@example(pad_token_id=PAD_ID, side="LEFT")
@example(pad_token_id=PAD_ID, side="")
def test_refuses_an_empty_batch_and_an_unknown_side(submission, pad_token_id, side):
    """What cannot be right is refused at once, not guessed."""
    collator = call(submission.PaddingCollator, pad_token_id=pad_token_id)
    collate(submission, [{"input_ids": [9, 5]}], pad_token_id=pad_token_id)

    with raises(ValueError, "a batch without rows"):
        call(collator, [])
    with raises(ValueError, f"padding_side={side!r}"):
        call(submission.PaddingCollator, pad_token_id=pad_token_id, padding_side=side)


@pytest.mark.points(1)
@given(
    lengths=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    side=st.sampled_from(["right", "left"]),
)
@example(lengths=[4, 2], side="right")
@example(lengths=[4, 2], side="left")
def test_position_ids_count_real_tokens_on_either_side(submission, lengths, side):
    """The first real token has position 0, wherever the padding put it."""
    width = max(lengths)
    positions, masks = [], []
    for n in lengths:
        padding, real = [0] * (width - n), list(range(n))
        right = side == "right"
        positions.append(real + padding if right else padding + real)
        masks.append([1] * n + padding if right else padding + [1] * n)

    actual = call(submission.position_ids, torch.tensor(masks))

    assert_parity(actual, torch.tensor(positions), "position_ids")


@pytest.mark.points(1)
@given(
    rows=BATCHES,
    make=st.sampled_from([list, torch.tensor]),
    names=st.sampled_from([COLUMNS[:1], COLUMNS[:2], COLUMNS]),
)
@example(rows=[[11, 12, 13, 5], [21, 5]], make=list, names=COLUMNS[:1])
@example(rows=[[11, 12, 13, 5], [21, 5]], make=list, names=COLUMNS)
@example(rows=[[21, 5], [11, 12, 13, 5]], make=torch.tensor, names=COLUMNS)
def test_leaves_the_rows_as_they_were(submission, probes, rows, make, names):
    """The rows belong to the data set, which hands out the same ones next epoch."""

    def features():
        masks = [[0] + [1] * (len(row) - 1) for row in rows]
        return [
            dict(zip(names, map(make, columns), strict=False), source="a book")
            for columns in zip(rows, masks, rows, strict=True)
        ]

    batch = collate(submission, features(), pad_token_id=PAD_ID)
    assert_column(batch, "input_ids", rows)
    collator = call(submission.PaddingCollator, pad_token_id=PAD_ID, max_length=3)

    after = probes.calls.arguments_after(collator, features())

    assert_unchanged(after, [features()], "the arguments after the call")
