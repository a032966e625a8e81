"""Hidden checks of batches made by hand, with the tokenizer's own as the oracle."""

import warnings

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.kit.blueprint import blueprint
from autograder.kit.calling import call
from autograder.kit.compare import assert_has_keys, assert_parity, assert_type
from autograder.kit.expect import raises
from autograder.kit.purity import assert_no_changes, assert_unchanged
from autograder.kit.records import records
from autograder.kit.remember import remembered

COLUMNS = ("input_ids", "attention_mask")

PIECES = (
    *(
        "Nanjing",
        " University",
        "\n",
        "  ",
        "123456",
        "don't",
        "诚朴雄伟",
        "励学敦行。",
    ),
    *("😵‍💫", "👨‍👩‍👧", "cafe\u0301", "\r\n", "<|eot_id|>", "<|pad|>", "{0}"),
)
ODD = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
WRITTEN = sorted({r.output for r in records()}, key=len)[:250]
TEXTS = st.sampled_from(WRITTEN) | ODD
PLAIN = [text for text in WRITTEN if text and "<|" not in text]
WITH_ENDS = st.builds(
    lambda text, end: f"{end}{text}{end}",
    st.sampled_from(PLAIN),
    st.sampled_from([" ", "\n", "\t", "\u3000"]),
)
SIDES = st.sampled_from(["right", "left"])
PADS = st.sampled_from(["own", "eos"])
ROUND_TRIP = "cafe\u0301\r\n  👨‍👩‍👧 {x}\t。"


def bound(probes, function, tokenizer):
    """Return a student's function with a tokenizer that takes one text at a time."""
    return probes.tokenizing.with_single_texts(function, tokenizer.data)


@remembered
def library_batch(texts, bos, pad, options):
    """Return the batch that the tokenizer's own call makes of these texts."""
    with warnings.catch_warnings():
        # It is for users, that max_length has no effect beside these options.
        warnings.simplefilter("ignore")
        batch = blueprint(bos=bos, pad=pad).library(texts, **options)
    return {name: batch[name] for name in COLUMNS}


@pytest.mark.points(5)
@given(
    texts=st.lists(TEXTS, min_size=1, max_size=4),
    bos=st.booleans(),
    pad=PADS,
    options=st.fixed_dictionaries(
        {
            "padding": st.sampled_from([True, "max_length", False]),
            "truncation": st.booleans(),
            "max_length": st.integers(1, 16),
            "padding_side": SIDES,
        }
    ),
)
@example(
    texts=["Name a colour, please.", "<|pad|>Hi"],
    bos=True,
    pad="own",
    options={
        "padding": True,
        "truncation": True,
        "max_length": 4,
        "padding_side": "left",
    },
)
@example(
    texts=["Name a colour, please.", "Hi"],
    bos=False,
    pad="eos",
    options={
        "padding": "max_length",
        "truncation": True,
        "max_length": 4,
        "padding_side": "right",
    },
)
@example(
    texts=[" cafe\u0301\r\n", "<|eot_id|>Hi "],
    bos=True,
    pad="eos",
    options={"padding": True, "truncation": False, "padding_side": "right"},
)
def test_agrees_with_the_tokenizers_own_call(
    submission, probes, texts, bos, pad, options
):
    """Every mix of options gives what the library's own call gives."""
    expected = library_batch(texts, bos, pad, options)
    tokenizer = blueprint(bos=bos, pad=pad)

    batch = call(bound(probes, submission.encode_batch, tokenizer), texts, **options)

    assert_parity(batch, expected, "the batch")


@pytest.mark.points(3)
@given(n=st.integers(1, 3), side=SIDES, max_length=st.integers(1, 9))
@example(n=2, side="right", max_length=3)
@example(n=1, side="left", max_length=5)
def test_takes_empty_texts_and_empty_batches(submission, probes, n, side, max_length):
    """A text without tokens is a row like any other, and no text is no row."""
    bos = False
    tokenizer = blueprint(bos=bos)
    encode_batch = bound(probes, submission.encode_batch, tokenizer)
    texts = ["", "Hi", *[""] * (n - 1)]
    nothing = {name: [] for name in COLUMNS}
    uncut = {"truncation": False}

    for padding in (True, "max_length", False):
        # Wide enough for every row, so that it is not about cutting.
        options = {"padding": padding, "max_length": max_length + 2}
        for some in (texts, texts[:1] * n):
            expected = library_batch(some, bos, "own", options | uncut)
            assert_parity(call(encode_batch, some, **options), expected, "the batch")
        batch = call(encode_batch, [], **options, padding_side=side)
        assert_parity(batch, nothing, "a batch of no text")
    decode_batch = bound(probes, submission.decode_batch, tokenizer)
    assert_parity(call(decode_batch, [], []), [], "the texts of no row")
    padding = [[max_length] * n, [n] * n]
    texts = call(decode_batch, padding, [[0] * n, [0] * n])
    assert_parity(texts, ["", ""], "the texts of two rows of padding")


@pytest.mark.points(3)
@given(
    texts=st.lists(st.sampled_from(PLAIN), min_size=2, max_size=2),
    padding=st.sampled_from(["max-length", "Max_Length", "right", "none", ""]),
    side=st.sampled_from(["middle", "LEFT", "Right", "", "t"]),
)
@example(texts=["Name a colour.", "Hi"], padding="max-length", side="middle")
@example(texts=["Hi", "Name a colour."], padding="", side="")
@example(texts=["Hi", "Name a colour."], padding="right", side="LEFT")
def test_refuses_what_it_cannot_pad(submission, probes, texts, padding, side):
    """An unknown option is refused, not guessed, and so is padding without a pad."""
    encode_batch = bound(probes, submission.encode_batch, blueprint())
    without = bound(probes, submission.encode_batch, blueprint(pad=None))
    assert_has_keys(call(without, texts), COLUMNS, "a batch without padding")

    with raises(ValueError, f"padding={padding!r}"):
        call(encode_batch, texts, padding=padding, max_length=9)
    with raises(ValueError, f"padding_side={side!r}"):
        call(encode_batch, texts, padding=True, padding_side=side)
    for chosen in (True, "max_length"):
        with raises(ValueError, f"padding={chosen!r} without a pad token"):
            call(without, texts, padding=chosen, max_length=9)


@pytest.mark.points(4)
@given(
    texts=st.lists(st.sampled_from(PLAIN) | WITH_ENDS, min_size=1, max_size=3),
    side=SIDES,
    pad=PADS,
)
@example(texts=[ROUND_TRIP, "Hi"], side="left", pad="eos")
@example(texts=["☕😵‍💫📚", "a , b . c ' d 's  "], side="right", pad="own")
def test_gives_the_texts_back(submission, probes, texts, side, pad):
    """Texts come back from their batch letter by letter, without special tokens."""
    tokenizer = blueprint(pad=pad)
    options = {"padding": True, "padding_side": side}
    batch = library_batch(texts, True, pad, options)  # noqa: FBT003 - as the blueprint's
    ends = [[*row, tokenizer.library.eos_token_id] for row in batch["input_ids"]]
    masks = [[*mask, 1] for mask in batch["attention_mask"]]

    actual = call(bound(probes, submission.decode_batch, tokenizer), ends, masks)

    assert_parity(actual, texts, "the texts")


@pytest.mark.points(3)
@given(texts=st.lists(st.sampled_from(PLAIN), min_size=2, max_size=3))
@example(texts=["Name a colour.", "Hi"])
@example(texts=["Hi", "Hi"])
def test_leaves_texts_and_rows_as_they_were(submission, probes, texts):
    """A call changes nothing that it was given, and the next one nothing of it."""
    tokenizer = blueprint()
    encode = bound(probes, submission.encode_batch, tokenizer)
    decode = bound(probes, submission.decode_batch, tokenizer)
    longer = [f"{text} And again: {text}" for text in texts]
    plain = call(encode, texts)
    assert_has_keys(plain, COLUMNS, "the batch")
    ids, masks = (plain[name] for name in COLUMNS)
    assert_type(ids, list, "batch['input_ids']")
    told = [
        tokenizer.read(row, f"batch['input_ids'][{i}]") for i, row in enumerate(ids)
    ]
    assert_parity(told, texts, "the texts of batch['input_ids']")

    assert_no_changes(probes.state.changes(encode, texts))
    batches = probes.calls.one_after_another(encode, [texts, longer, texts])
    assert_type(batches, list, "the batches")
    assert_parity(batches[2], plain, "the batch, once more")
    assert_parity(batches[0], plain, "the batch, after the others")
    after = probes.calls.arguments_after(encode, texts)
    assert_unchanged(after, [texts], "the arguments after the call")
    after = probes.calls.arguments_after(decode, ids, masks)
    assert_unchanged(after, [ids, masks], "the arguments after the call")
    shared = probes.sharing.common_lists(encode, texts)
    assert_parity(shared, [], "the lists that stand in two places")
