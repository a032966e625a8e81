"""The embedded records: schema, languages, and every awkward kind."""

import json
import re
import unicodedata

import pytest
from datasets import Dataset

from autograder.kit.records import DATA, Record, columns, records

AWKWARD = {
    "null input": lambda record: record.input is None,
    "empty input": lambda record: record.input == "",
    "white-space input": lambda record: (record.input or "").isspace(),
    "empty output": lambda record: record.output == "",
    "one-character instruction": lambda record: len(record.instruction) == 1,
    "one-character output": lambda record: len(record.output) == 1,
    "white space in front": lambda record: record.instruction[0].isspace(),
    "white space at the end": lambda record: record.instruction[-1].isspace(),
    "white space in front of the output": lambda record: record.output[:1].isspace(),
    "white space at the output's end": lambda record: record.output[-1:].isspace(),
    "unbalanced braces": lambda record: (
        text_of(record).count("{") != text_of(record).count("}")
    ),
    "decomposed letters": lambda record: (
        unicodedata.normalize("NFC", text_of(record)) != text_of(record)
    ),
    "combining marks": lambda record: any(map(unicodedata.combining, text_of(record))),
    "right to left": lambda record: any(
        unicodedata.bidirectional(character) in {"R", "AL"}
        for character in text_of(record)
    ),
}

AWKWARD_TEXT = {
    "joined emoji": "👨\u200d👩\u200d👧\u200d👦",
    "emoji with a skin tone": "👩\U0001f3fd",
    "flag": "🇨🇳",
    "Chinese beyond the basic plane": "𠮷",
    "full-width comma": "，",  # noqa: RUF001 - it is what is looked for
    "full-width letters": "ＡＢＣ",  # noqa: RUF001 - they are what is looked for
    "ideographic space": "\u3000",
    "no-break space": "\u00a0",
    "zero-width space": "\u200b",
    "byte order mark": "\ufeff",
    "CRLF": "\r\n",
    "tab": "\t",
    "numbered brace": "{0}",
    "named brace": "{input}",
    "empty braces": "{}",
    "doubled braces": "{{",
    "percent format": "%s",
    "backslash": "\\",
    "quotation mark": '"',
    "begin of text": "<|begin_of_text|>",
    "end of text": "<|end_of_text|>",
    "pad": "<|pad|>",
    "start of header": "<|start_header_id|>",
    "end of header": "<|end_header_id|>",
    "end of turn": "<|eot_id|>",
    "heading of a prompt": "### Response:",
}


def text_of(record):
    return "\n".join((record.instruction, record.input or "", record.output))


def is_chinese(text):
    return re.search(r"[\u4e00-\u9fff]", text) is not None


def is_english(text):
    return re.search(r"[A-Za-z]{3,}", text) is not None


def test_every_line_has_exactly_the_fields_of_alpaca():
    lines = (DATA / "records.jsonl").read_text(encoding="utf-8").split("\n")[:-1]

    fields = {tuple(json.loads(line)) for line in lines}

    assert fields == {("instruction", "input", "output")}


def test_file_is_written_in_readable_characters():
    text = (DATA / "records.jsonl").read_text(encoding="utf-8")

    escaped = re.findall(r"(?<!\\)\\u[0-9a-f]{4}", text)

    assert escaped == []


@pytest.mark.parametrize(
    ("field", "kinds"),
    [("instruction", {str}), ("input", {str, type(None)}), ("output", {str})],
    ids=["instruction", "input", "output"],
)
def test_every_field_has_its_type(field, kinds):
    found = {type(getattr(record, field)) for record in records()}

    assert found == kinds


def test_records_number_a_few_hundred():
    assert len(records()) >= 240


def test_records_are_read_once():
    assert records() is records()


def test_records_are_all_different():
    assert len(set(records())) == len(records())


def test_every_record_has_an_instruction():
    assert all(record.instruction.strip() for record in records())


def test_about_half_of_the_records_are_chinese():
    chinese = [record for record in records() if is_chinese(text_of(record))]

    assert 0.4 < len(chinese) / len(records()) < 0.6


def test_some_records_mix_both_languages():
    mixed = [
        record
        for record in records()
        if is_chinese(text_of(record)) and is_english(text_of(record))
    ]

    assert len(mixed) >= 10


@pytest.mark.parametrize("chosen", [is_english, is_chinese])
def test_first_sixteen_records_have_both_languages(chosen):
    texts = [text_of(record) for record in records()[:16]]

    assert sum(map(chosen, texts)) >= 4


@pytest.mark.parametrize("is_awkward", AWKWARD.values(), ids=AWKWARD.keys())
def test_some_record_is_awkward(is_awkward):
    assert any(map(is_awkward, records()))


@pytest.mark.parametrize("text", AWKWARD_TEXT.values(), ids=AWKWARD_TEXT.keys())
def test_some_record_contains(text):
    assert any(text in text_of(record) for record in records())


def test_columns_keep_order_and_missing_input():
    chosen = [
        Record(instruction="a", input=None, output="b"),
        Record(instruction="c", input="", output="d"),
    ]

    actual = columns(chosen)

    assert actual == {
        "instruction": ["a", "c"],
        "input": [None, ""],
        "output": ["b", "d"],
    }


def test_columns_accept_a_generator():
    actual = columns(record for record in records())

    assert actual == columns(records())


def test_data_set_made_of_columns_gives_back_every_record():
    dataset = Dataset.from_dict(columns(records()))

    assert tuple(Record(**row) for row in dataset) == records()


@pytest.mark.parametrize("absent", [None, ""], ids=["None", "empty"])
def test_prompt_without_input_has_no_place_for_one(absent):
    record = Record(instruction="Name a {colour}.", input=absent, output="Green.")

    assert record.prompt == (
        "Below is an instruction that describes a task. Write a response that"
        " appropriately completes the request.\n\n"
        "### Instruction:\nName a {colour}.\n\n### Response:\n"
    )


def test_prompt_with_input_shows_it():
    record = Record(instruction="Add.", input=" ", output="2")

    assert record.prompt == (
        "Below is an instruction that describes a task, paired with an input that"
        " provides further context. Write a response that appropriately completes the"
        " request.\n\n### Instruction:\nAdd.\n\n### Input:\n \n\n### Response:\n"
    )
