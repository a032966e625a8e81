"""Hidden checks of the function for `Dataset.map`."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.kit.blueprint import blueprint
from autograder.kit.calling import call
from autograder.kit.compare import assert_has_keys, assert_parity, assert_type
from autograder.kit.purity import assert_no_changes, assert_unchanged
from autograder.kit.records import Record, columns, records
from autograder.kit.tokens import assert_tokens

COLUMNS = ("input_ids", "attention_mask", "labels")
IGNORED = -100


def is_plain(record):
    """Whether a record has short texts that begin and end with a letter or a stop."""
    texts = (record.instruction, record.input or "-", record.output)
    return sum(map(len, texts)) < 300 and all(
        text == text.strip() != "" and not {*"{}<>\r"} & {*text} for text in texts
    )


# Shortest first.
RECORDS = sorted(records(), key=lambda record: len(record.output))
PLAIN = [record for record in RECORDS if is_plain(record)]
COLOUR = Record(instruction="Name a colour.", input=None, output="Blue.")
GREET = Record(instruction="Say it in Chinese.", input="hello", output="你好")
EMPTY_LINE = Record(instruction="Name a colour.", input=" \t", output="\n\nBlue. ")
LONGEST = max(RECORDS, key=lambda record: len(record.input or ""))
BOOLEANS = st.booleans()
WORDS = ("a", "Nanjing", "你好", "12", ".")


def mixed(pieces):
    """Return texts of these pieces among words, with one of the pieces at least."""
    words = st.sampled_from([*pieces, *WORDS])
    return st.builds(
        lambda before, piece, after: "".join([*before, piece, *after]),
        st.lists(words, max_size=3),
        st.sampled_from(pieces),
        st.lists(words, max_size=3),
    )


def made(texts):
    """Return rows whose three columns are drawn from these texts."""
    return st.builds(Record, instruction=texts, input=texts, output=texts)


BRACES = made(mixed(["{", "}", "{0}", "{input}", "{instruction}", "{{", "%s", "$x"]))
SPECIAL = made(
    mixed(["<|begin_of_text|>", "<|eot_id|>", "<|pad|>", "<|start_header_id|>"])
)
WIDE = ("𠮷", "\u3000", "\uff21\uff22", "👩🏽\u200d💻", "cafe\u0301")
ODD = made(mixed(["\r\n", "\t", "  ", "ß İ", "\x00", *WIDE]))


def bound(submission, probes, tokenizer):
    """Return the student's function with a tokenizer of its own."""
    return probes.tokenizing.with_tokenizer(
        submission.tokenize_function, tokenizer.data
    )


def tokenize(function, rows, **options):
    """Tokenize rows; fail unless there are three columns with a list for every row."""
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


def without_ends(tokenizer, ids, what):
    """Return ids without special ones at the ends, which other checks are about."""
    for index, token in enumerate(ids):
        assert_type(token, int, f"{what}[{index}]")
    special = tokenizer.library.all_special_ids
    places = [place for place, token in enumerate(ids) if token not in special]
    return ids[places[0] : places[-1] + 1] if places else []


@pytest.mark.points(5)
@given(
    rows=st.lists(st.sampled_from(RECORDS) | BRACES | SPECIAL | ODD, max_size=3),
    bos=BOOLEANS,
    pad=st.sampled_from(["own", "eos"]),
    options=st.fixed_dictionaries(
        {}, optional={"max_length": st.integers(1, 200), "train_on_prompt": BOOLEANS}
    ),
)
@example(rows=[COLOUR, GREET], bos=True, pad="own", options={"max_length": 80})
@example(rows=[COLOUR, GREET], bos=False, pad="eos", options={"train_on_prompt": True})
@example(rows=[LONGEST], bos=True, pad="own", options={})
@example(rows=[EMPTY_LINE], bos=True, pad="own", options={})
def test_agrees_with_rows_put_together_by_hand(
    submission, probes, rows, bos, pad, options
):
    """Every mix of options and rows gives BOS, prompt, response and EOS, then cut."""
    tokenizer = blueprint(bos=bos, pad=pad)
    expected = {name: [] for name in COLUMNS}
    for row in rows:
        prompt = [tokenizer.library.bos_token_id] * bos + tokenizer.encode(row.prompt)
        response = [*tokenizer.encode(row.output), tokenizer.library.eos_token_id]
        ids = prompt + response
        labels = [IGNORED] * len(prompt) + response
        labels = ids if options.get("train_on_prompt") else labels
        for name, values in zip(COLUMNS, (ids, [1] * len(ids), labels), strict=True):
            expected[name].append(values[: options.get("max_length", 512)])

    batch = call(bound(submission, probes, tokenizer), columns(rows), **options)

    assert_parity(batch, expected, "the batch")


@pytest.mark.points(4)
@given(
    row=st.sampled_from(PLAIN),
    start=st.sampled_from(["\n", "\n\n", "\n\n\n", " \n"]),
)
@example(row=COLOUR, start="\n\n")
@example(row=GREET, start="\n")
def test_tokenizes_prompt_and_response_apart(submission, probes, row, start):
    """The prompt has the same ids whatever is answered: it comes before the answer."""
    tokenizer = blueprint()
    output = start + row.output
    rows = [Record(instruction=row.instruction, input=row.input, output=output), row]

    batch = tokenize(bound(submission, probes, tokenizer), rows)

    prompts = []
    for index, (ids, given_row) in enumerate(
        zip(batch["input_ids"], rows, strict=True)
    ):
        what = f"batch['input_ids'][{index}] without BOS and EOS"
        middle = without_ends(tokenizer, ids, what)
        response = tokenizer.encode(given_row.output)
        n = len(middle) - len(response)
        assert_tokens(middle[n:], response, f"the end of {what}", tokenizer.decode)
        prompts.append(middle[:n])
    what = "the prompt before another response"
    assert_tokens(prompts[0], prompts[1], what, tokenizer.decode)


@pytest.mark.points(4)
@given(
    rows=st.lists(st.sampled_from(PLAIN), min_size=1, max_size=2),
    max_length=st.integers(1, 100),
    train_on_prompt=BOOLEANS,
)
@example(rows=[COLOUR, GREET], max_length=1, train_on_prompt=False)
@example(rows=[COLOUR, GREET], max_length=30, train_on_prompt=False)
@example(rows=[GREET], max_length=30, train_on_prompt=True)
def test_keeps_rows_whose_prompt_is_too_long(
    submission, probes, rows, max_length, train_on_prompt
):
    """Any length cuts any row, from 1 on, and no row is dropped for it."""
    function = bound(submission, probes, blueprint())
    whole = tokenize(function, rows, train_on_prompt=train_on_prompt)
    assert_tells(whole, blueprint(), rows)

    options = {"max_length": max_length, "train_on_prompt": train_on_prompt}
    cut = tokenize(function, rows, **options)

    for name in COLUMNS:
        for index, row in enumerate(whole[name]):
            what = f"batch[{name!r}][{index}]"
            assert_parity(cut[name][index], row[:max_length], what)


@pytest.mark.points(2)
@given(row=BRACES)
@example(row=Record(instruction="What is {input}?", input="{0}", output="{x}"))
@example(row=Record(instruction="{", input="{instruction}", output="}"))
def test_takes_braces_for_text(submission, probes, row):
    """Braces that a user wrote are no places to fill."""
    tokenizer = blueprint()
    rows = [row, Record(instruction=row.instruction, input=None, output=row.output)]

    batch = tokenize(bound(submission, probes, tokenizer), rows)

    assert_tells(batch, tokenizer, rows)


@pytest.mark.points(3)
@given(row=SPECIAL)
@example(row=Record(instruction="Repeat.", input="a<|eot_id|>b", output="Blue."))
@example(row=Record(instruction="Repeat.", input="", output="a<|eot_id|>b"))
@example(row=Record(instruction="<|begin_of_text|>", input="<|pad|>", output="No."))
def test_takes_special_tokens_in_texts_for_text(submission, probes, row):
    """Who writes a special token into a field gets its letters, not the token."""
    tokenizer = blueprint()

    batch = tokenize(bound(submission, probes, tokenizer), [row])

    assert_tells(batch, tokenizer, [row])


@pytest.mark.points(3)
@given(row=ODD)
@example(
    row=Record(
        instruction=" a\r\nb ", input="\uff21\uff22", output=" cafe\u0301 👩🏽‍💻\t"
    )
)
@example(row=Record(instruction="Say nothing.", input="  x", output=""))
@example(row=Record(instruction="Tidy", input="x  ", output="İ\u3000𠮷"))
def test_keeps_every_character(submission, probes, row):
    """No character is changed, trimmed or lost, and labels spell the output."""
    tokenizer = blueprint()

    batch = tokenize(bound(submission, probes, tokenizer), [row])

    assert_tells(batch, tokenizer, [row])


@pytest.mark.points(2)
@given(rows=st.lists(st.sampled_from(PLAIN), min_size=2, max_size=3))
@example(rows=[COLOUR, GREET])
@example(rows=[COLOUR, COLOUR])
def test_leaves_the_examples_as_they_were(submission, probes, rows):
    """A call changes nothing that it was given, and the next one nothing of it."""
    function = bound(submission, probes, blueprint())
    plain = tokenize(function, rows)
    assert_tells(plain, blueprint(), rows)
    others = [*PLAIN[-2:], *rows]

    assert_no_changes(probes.state.changes(function, columns(rows)))
    inputs = [columns(rows), columns(others), columns(rows)]
    batches = probes.calls.one_after_another(function, inputs)
    assert_type(batches, list, "the batches")
    assert_parity(batches[0], plain, "the batch, after the others")
    assert_parity(batches[2], plain, "the batch, once more")
    after = probes.calls.arguments_after(function, columns(rows))
    assert_unchanged(after, [columns(rows)], "the arguments after the call")
    whole = probes.tokenizing.with_tokenizer(
        submission.tokenize_function, blueprint().data, train_on_prompt=True
    )
    for each in (function, whole):
        shared = probes.sharing.common_lists(each, columns(rows))
        assert_parity(shared, [], "the lists that stand in two places")


@pytest.mark.points(2)
@given(rows=st.lists(st.sampled_from(PLAIN), min_size=1, max_size=2))
@example(rows=[COLOUR, GREET])
def test_leaves_the_tokenizer_as_it_was(submission, probes, rows):
    """The tokenizer is used by others, too, who chose how it is set."""
    for described in (blueprint(), blueprint(pad=None)):
        batch = tokenize(bound(submission, probes, described), rows)
        assert_tells(batch, described, rows)

        changed = probes.tokenizing.changes(
            submission.tokenize_function, described.data, columns(rows)
        )

        assert_no_changes(changed)


@pytest.mark.points(2)
def test_does_not_depend_on_how_rows_are_batched(submission, probes):
    """Batches of any size, the last one too, and two processes give the same rows."""
    tokenizer = blueprint()
    function = bound(submission, probes, tokenizer)
    rows = [GREET, *PLAIN[:5], COLOUR]
    expected = tokenize(function, rows)
    assert_tells(expected, tokenizer, rows)

    nothing = call(function, columns([]))
    assert_parity(nothing, {name: [] for name in COLUMNS}, "a batch without rows")
    for batch_size, processes in ((1, None), (3, None), (100, None), (2, 2)):
        mapped = probes.mapping.columns(function, columns(rows), batch_size, processes)
        what = f"the data set with batches of {batch_size}"
        assert_has_keys(mapped, COLUMNS, what)
        for name in COLUMNS:
            assert_parity(mapped[name], expected[name], f"{what}: {name!r}")


@pytest.mark.points(2)
def test_finds_its_cache_again(submission, probes):
    """Mapping a second time computes nothing, for nothing has changed meanwhile."""
    tokenizer = blueprint()
    rows = [GREET, COLOUR]
    batch = tokenize(bound(submission, probes, tokenizer), rows)
    assert_tells(batch, tokenizer, rows)
    function = bound(submission, probes, tokenizer)

    n_files = probes.mapping.cache_files(function, columns(rows), 3)

    assert_parity(n_files, 1, "the number of caches after three equal maps")
