"""Public checks of the function for `Dataset.map`."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.kit.blueprint import blueprint
from autograder.kit.calling import call
from autograder.kit.compare import assert_has_keys, assert_parity, assert_type
from autograder.kit.records import Record, columns, records
from autograder.kit.tokens import assert_tokens

COLUMNS = ("input_ids", "attention_mask", "labels")
IGNORED = -100


def is_plain(record):
    """Whether a record has short texts that begin and end with a letter or a stop."""
    texts = (record.instruction, record.input or "-", record.output)
    return sum(map(len, texts)) < 200 and all(
        text == text.strip() != "" and not {*"{}<>\r"} & {*text} for text in texts
    )


# Shortest first.
PLAIN = sorted(filter(is_plain, records()), key=lambda record: len(record.output))
ROWS = st.lists(st.sampled_from(PLAIN), min_size=1, max_size=2)
COLOUR = Record(instruction="Name a colour.", input=None, output="Blue.")
GREET = Record(instruction="Say it in Chinese.", input="hello", output="你好")


def tokenize(submission, probes, tokenizer, rows, **options):
    """Tokenize rows; fail unless there are three columns with a list for every row."""
    function = probes.tokenizing.with_tokenizer(
        submission.tokenize_function, tokenizer.data
    )
    batch = call(function, columns(rows), **options)
    assert_columns(batch, len(rows))
    return batch


def assert_columns(batch, n_rows):
    """Fail unless each of the three columns has a list for every row."""
    assert_has_keys(batch, COLUMNS, "the batch")
    for name in COLUMNS:
        what = f"batch[{name!r}]"
        assert_type(batch[name], list, what)
        assert_parity(len(batch[name]), n_rows, f"the number of rows of {what}")
        for index, row in enumerate(batch[name]):
            assert_type(row, list, f"{what}[{index}]")


def assert_tells(batch, tokenizer, rows):
    """Fail unless the ids of each row hold its instruction and its output.

    So no check passes by what is not there; how they are put has checks of its own.
    """
    for index, (ids, row) in enumerate(zip(batch["input_ids"], rows, strict=True)):
        where = f"batch['input_ids'][{index}]"
        text = tokenizer.read(ids, where)
        for name in ("instruction", "output"):
            holds = getattr(row, name) in text
            what = f"whether {where} holds the {name}"
            assert_parity(holds, True, what)  # noqa: FBT003 - what is expected


@pytest.mark.points(3)
@given(rows=ROWS, whole=st.booleans())
@example(rows=[COLOUR], whole=False)
@example(rows=[COLOUR, GREET], whole=True)
def test_makes_three_columns_of_equally_long_rows(
    submission, probes, tokenizer_folder, rows, whole
):
    """Every row has as many ids as mask values and labels, and lies in a list."""
    tokenizer = blueprint(tokenizer_folder)

    batch = tokenize(submission, probes, tokenizer, rows, train_on_prompt=whole)

    assert_parity(sorted(map(str, batch)), sorted(COLUMNS), "the keys, sorted")
    assert_tells(batch, tokenizer, rows)
    lengths = list(map(len, batch["input_ids"]))
    for name in COLUMNS[1:]:
        actual = list(map(len, batch[name]))
        assert_parity(actual, lengths, f"the lengths of the rows of batch[{name!r}]")


@pytest.mark.points(4)
@given(rows=ROWS, text=st.sampled_from([None, "", "hello", " ", "\n", "\t", "\u3000"]))
@example(rows=[COLOUR, GREET], text=None)
@example(rows=[COLOUR], text="")
@example(rows=[COLOUR], text="hello")
@example(rows=[COLOUR], text=" \t\n ")
def test_fills_the_template_that_fits_the_input(
    submission, probes, tokenizer_folder, rows, text
):
    """A row without input has another template than one with any input at all."""
    tokenizer = blueprint(tokenizer_folder)
    first = rows[0]
    other = Record(instruction=first.instruction, input=text, output=first.output)
    rows = [*rows, other]

    batch = tokenize(submission, probes, tokenizer, rows)

    for index, (ids, row) in enumerate(zip(batch["input_ids"], rows, strict=True)):
        what = f"batch['input_ids'][{index}]"
        actual = tokenizer.read(ids, what)
        assert_parity(actual, row.prompt + row.output, f"the text of {what}")


@pytest.mark.points(4)
@given(rows=ROWS, bos=st.booleans(), pad=st.sampled_from(["own", "eos"]))
@example(rows=[COLOUR, GREET], bos=True, pad="own")
@example(rows=[COLOUR], bos=False, pad="own")
@example(rows=[COLOUR], bos=True, pad="eos")
def test_begins_and_ends_each_row_once(
    submission, probes, tokenizer_folder, rows, bos, pad
):
    """A row has one BOS, if the tokenizer has any, and one EOS at its very end."""
    tokenizer = blueprint(tokenizer_folder, bos=bos, pad=pad)
    library = blueprint(tokenizer_folder).library
    first, last = [library.bos_token_id] * bos, library.eos_token_id

    batch = tokenize(submission, probes, tokenizer, rows)

    assert_tells(batch, tokenizer, rows)
    for index, ids in enumerate(batch["input_ids"]):
        what = f"batch['input_ids'][{index}]"
        special = [token for token in ids if token in library.all_special_ids]
        expected = [*first, last]
        assert_tokens(
            special, expected, f"the special tokens of {what}", library.decode
        )
        assert_parity([*ids[: len(first)], ids[-1]], expected, f"the ends of {what}")


@pytest.mark.points(5)
@given(rows=ROWS, bos=st.booleans(), pad=st.sampled_from(["own", "eos"]))
@example(rows=[COLOUR, GREET], bos=True, pad="own")
@example(rows=[COLOUR], bos=False, pad="own")
@example(rows=[COLOUR], bos=True, pad="eos")
def test_labels_the_response_and_not_the_prompt(
    submission, probes, tokenizer_folder, rows, bos, pad
):
    """The loss sees the response and the end, and nothing of the prompt."""
    tokenizer = blueprint(tokenizer_folder, bos=bos, pad=pad)
    special = blueprint(tokenizer_folder).library.all_special_ids

    batch = tokenize(submission, probes, tokenizer, rows)

    assert_tells(batch, tokenizer, rows)
    for index, (ids, row) in enumerate(zip(batch["input_ids"], rows, strict=True)):
        end = len(ids)
        while ids[end - 1] in special:
            end -= 1
        n = end - len(tokenizer.encode(row.output))
        expected = [IGNORED] * n + ids[n:]
        what = f"batch['labels'][{index}]"
        assert_parity(batch["labels"][index], expected, what)


@pytest.mark.points(2)
@given(rows=ROWS)
@example(rows=[COLOUR])
@example(rows=[COLOUR, GREET])
def test_labels_everything_when_the_prompt_is_learned(
    submission, probes, tokenizer_folder, rows
):
    """With train_on_prompt the labels are the ids, from the first to the last."""
    tokenizer = blueprint(tokenizer_folder)

    usual = tokenize(submission, probes, tokenizer, rows)

    batch = tokenize(submission, probes, tokenizer, rows, train_on_prompt=True)

    assert_tells(batch, tokenizer, rows)
    assert_parity(batch["input_ids"], usual["input_ids"], "batch['input_ids']")
    for index, ids in enumerate(batch["input_ids"]):
        assert_parity(batch["labels"][index], ids, f"batch['labels'][{index}]")


@pytest.mark.points(4)
@given(rows=ROWS, missing=st.integers(1, 4))
@example(rows=[COLOUR, GREET], missing=1)
@example(rows=[GREET], missing=2)
def test_cuts_long_rows_in_all_three_columns(
    submission, probes, tokenizer_folder, rows, missing
):
    """A row that is too long loses its end, in all three columns alike."""
    tokenizer = blueprint(tokenizer_folder)
    whole = tokenize(submission, probes, tokenizer, rows)
    assert_tells(whole, tokenizer, rows)
    max_length = max(max(map(len, whole["input_ids"])) - missing, 1)

    cut = tokenize(submission, probes, tokenizer, rows, max_length=max_length)

    for name in COLUMNS:
        for index, row in enumerate(whole[name]):
            what = f"batch[{name!r}][{index}]"
            assert_parity(cut[name][index], row[:max_length], what)


@pytest.mark.points(2)
@given(rows=ROWS, pad=st.sampled_from(["own", "eos"]))
@example(rows=[COLOUR, GREET], pad="eos")
@example(rows=[COLOUR, GREET], pad="own")
def test_masks_nothing(submission, probes, tokenizer_folder, rows, pad):
    """There is no padding here, so every token is real, the end too."""
    tokenizer = blueprint(tokenizer_folder, pad=pad)

    batch = tokenize(submission, probes, tokenizer, rows)

    assert_tells(batch, tokenizer, rows)
    ones = [[1] * len(ids) for ids in batch["input_ids"]]
    assert_parity(batch["attention_mask"], ones, "batch['attention_mask']")


@pytest.mark.points(3)
def test_works_in_dataset_map(submission, probes, tokenizer_folder):
    """A data set maps your function over its batches and keeps its rows' order."""
    tokenizer = blueprint(tokenizer_folder)
    rows = [GREET, *PLAIN[:3], COLOUR]
    expected = tokenize(submission, probes, tokenizer, rows)
    assert_tells(expected, tokenizer, rows)
    function = probes.tokenizing.with_tokenizer(
        submission.tokenize_function, tokenizer.data
    )

    mapped = probes.mapping.columns(function, columns(rows), 2)

    assert_columns(mapped, len(rows))
    for name in COLUMNS:
        assert_parity(mapped[name], expected[name], f"the data set's {name!r}")
