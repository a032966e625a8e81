"""Public checks of batches made by hand, with the tokenizer's own as the oracle."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.kit.blueprint import blueprint
from autograder.kit.calling import call
from autograder.kit.compare import assert_has_keys, assert_parity, assert_type
from autograder.kit.records import records
from autograder.kit.tokens import assert_tokens

COLUMNS = ("input_ids", "attention_mask")

# Instructions that begin and end with a letter or a stop, shortest first.
PLAIN = sorted(
    {r.instruction for r in records() if not {*"<>{}\r"} & {*r.instruction}}, key=len
)
TEXTS = st.sampled_from([text for text in PLAIN[:150] if text == text.strip()])
BATCHES = st.lists(TEXTS, min_size=2, max_size=4)


def bound(submission, probes, tokenizer):
    """Return the student's function with a tokenizer that takes one text at a time."""
    return probes.tokenizing.with_single_texts(submission.encode_batch, tokenizer.data)


def encode(encode_batch, texts, **options):
    """Encode texts; fail unless there are two columns with a list for every text."""
    batch = call(encode_batch, texts, **options)
    assert_has_keys(batch, COLUMNS, "the batch")
    for name in COLUMNS:
        what = f"batch[{name!r}]"
        assert_type(batch[name], list, what)
        assert_parity(len(batch[name]), len(texts), f"the number of rows of {what}")
        for index, row in enumerate(batch[name]):
            assert_type(row, list, f"{what}[{index}]")
    return batch


def own_rows(encode_batch, tokenizer, texts):
    """Return the rows without padding; fail unless each holds its text.

    What else a row should hold has a check of its own.
    """
    rows = encode(encode_batch, texts)["input_ids"]
    for index, (row, text) in enumerate(zip(rows, texts, strict=True)):
        what = f"batch['input_ids'][{index}]"
        holds = text in tokenizer.read(row, what)
        assert_parity(holds, True, f"whether {what} holds the text")  # noqa: FBT003 - what is expected
    return rows


def assert_padded(batch, tokenizer, rows, widths, *, side="right", by_any=False):
    """Compare ids and mask with rows padded to these widths, perhaps by any id."""
    pad = tokenizer.library.pad_token_id
    for index, (row, width) in enumerate(zip(rows, widths, strict=True)):
        actual = batch["input_ids"][index]
        is_other = by_any and actual and pad not in actual
        fill = actual[-1 if side == "right" else 0] if is_other else pad
        n = width - len(row)
        ids, mask = row + [fill] * n, [1] * len(row) + [0] * n
        if side == "left":
            ids, mask = [fill] * n + row, [0] * n + [1] * len(row)
        assert_tokens(actual, ids, f"batch['input_ids'][{index}]", tokenizer.decode)
        what = f"batch['attention_mask'][{index}]"
        assert_parity(batch["attention_mask"][index], mask, what)


@pytest.mark.points(4)
@given(texts=st.lists(TEXTS, min_size=1, max_size=4), bos=st.booleans())
@example(texts=["Hi", "你好世界"], bos=True)
@example(texts=["Name a colour.", "Hi"], bos=False)
def test_gives_every_text_the_ids_of_the_tokenizer(
    submission, probes, tokenizer_folder, texts, bos
):
    """Without padding, a batch is each text's own ids and a mask of as many ones."""
    tokenizer = blueprint(tokenizer_folder, bos=bos)
    rows = tokenizer.library(texts)["input_ids"]

    batch = encode(bound(submission, probes, tokenizer), texts)

    assert_parity(sorted(map(str, batch)), sorted(COLUMNS), "the keys, sorted")
    assert_padded(batch, tokenizer, rows, map(len, rows))


@pytest.mark.points(4)
@given(texts=BATCHES, pad=st.sampled_from(["own", "eos"]))
@example(texts=["Name a colour.", "Hi"], pad="own")
@example(texts=["Hi", "Name a colour.", "你好世界"], pad="eos")
def test_pads_to_the_longest_row(submission, probes, tokenizer_folder, texts, pad):
    """With padding=True every row is filled up to the longest one of its batch."""
    tokenizer = blueprint(tokenizer_folder, pad=pad)
    encode_batch = bound(submission, probes, tokenizer)
    rows = own_rows(encode_batch, tokenizer, texts)

    batch = encode(encode_batch, texts, padding=True)

    widths = [max(map(len, rows))] * len(rows)
    assert_padded(batch, tokenizer, rows, widths)


@pytest.mark.points(4)
@given(texts=BATCHES)
@example(texts=["Name a colour.", "Hi"])
@example(texts=["Hi", "Name a colour.", "你好世界"])
def test_pads_on_the_left(submission, probes, tokenizer_folder, texts):
    """On the left, padding comes before the tokens, in ids and mask alike."""
    tokenizer = blueprint(tokenizer_folder)
    encode_batch = bound(submission, probes, tokenizer)
    rows = own_rows(encode_batch, tokenizer, texts)

    batch = encode(encode_batch, texts, padding=True, padding_side="left")

    widths = [max(map(len, rows))] * len(rows)
    assert_padded(batch, tokenizer, rows, widths, side="left", by_any=True)


@pytest.mark.points(4)
@given(texts=BATCHES, max_length=st.integers(1, 24))
@example(texts=["Hi", "Name a colour."], max_length=20)
@example(texts=["Hi", "Name a colour."], max_length=5)
def test_pads_to_the_length_that_is_asked_for(
    submission, probes, tokenizer_folder, texts, max_length
):
    """With padding="max_length" the width does not depend on the batch."""
    tokenizer = blueprint(tokenizer_folder)
    encode_batch = bound(submission, probes, tokenizer)
    rows = own_rows(encode_batch, tokenizer, texts)

    batch = encode(
        encode_batch,
        texts,
        padding="max_length",
        max_length=max_length,
    )

    # Nobody asked for rows to be cut, so a longer one stays as long as it is.
    widths = [max(len(row), max_length) for row in rows]
    assert_padded(batch, tokenizer, rows, widths, by_any=True)


@pytest.mark.points(4)
@given(texts=BATCHES, max_length=st.integers(1, 12), cuts=st.booleans())
@example(texts=["Name a colour.", "Hi"], max_length=4, cuts=True)
@example(texts=["Name a colour.", "Hi"], max_length=1, cuts=True)
@example(texts=["Name a colour.", "Hi"], max_length=4, cuts=False)
def test_cuts_long_rows_where_truncation_is_asked_for(
    submission, probes, tokenizer_folder, texts, max_length, cuts
):
    """With truncation a row keeps its first ids; without, max_length cuts nothing."""
    tokenizer = blueprint(tokenizer_folder)
    encode_batch = bound(submission, probes, tokenizer)
    rows = own_rows(encode_batch, tokenizer, texts)
    kept = [row[:max_length] for row in rows] if cuts else rows

    batch = encode(encode_batch, texts, max_length=max_length, truncation=cuts)

    assert_padded(batch, tokenizer, kept, map(len, kept))


@pytest.mark.points(3)
@given(texts=BATCHES, pad=st.sampled_from(["own", "eos"]))
@example(texts=["Hi", "Name a colour."], pad="eos")
@example(texts=["Hi", "Name a colour."], pad="own")
def test_masks_padding_and_no_token_that_looks_like_it(
    submission, probes, tokenizer_folder, texts, pad
):
    """A token is padding because of where it stands, not because of its id."""
    tokenizer = blueprint(tokenizer_folder, pad=pad)
    look_alike = tokenizer.library.pad_token
    encode_batch = bound(submission, probes, tokenizer)
    own_rows(encode_batch, tokenizer, texts)
    texts = [f"{look_alike}{texts[0]}{look_alike}", *texts[1:]]
    rows = encode(encode_batch, texts)["input_ids"]
    width = max(map(len, rows))

    batch = encode(encode_batch, texts, padding=True)

    expected = [[1] * len(row) + [0] * (width - len(row)) for row in rows]
    assert_parity(batch["attention_mask"], expected, "batch['attention_mask']")


@pytest.mark.points(3)
@given(texts=BATCHES, side=st.sampled_from(["right", "left"]), filler=TEXTS)
@example(texts=["Name a colour.", "Hi"], side="right", filler="Hi")
@example(texts=["Hi", "你好世界"], side="left", filler="Hi")
def test_decodes_what_the_mask_calls_real(
    submission, probes, tokenizer_folder, texts, side, filler
):
    """Padding is left out because of the mask, whatever id stands there."""
    tokenizer = blueprint(tokenizer_folder)
    rows = [tokenizer.encode(each) for each in texts]
    width = max(map(len, rows)) + 2
    ids, masks = [], []
    for row in rows:
        n = width - len(row)
        padding = (tokenizer.encode(filler) * n)[:n]
        zeros, ones = [0] * n, [1] * len(row)
        ids.append(row + padding if side == "right" else padding + row)
        masks.append(ones + zeros if side == "right" else zeros + ones)
    decode_batch = probes.tokenizing.with_single_texts(
        submission.decode_batch, tokenizer.data
    )

    actual = call(decode_batch, ids, masks)

    assert_parity(actual, texts, "the texts")
