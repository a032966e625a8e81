"""The embedded tokenizer: its ids, its round trips, its chat template, its file."""

import subprocess
import sys
from pathlib import Path

import pytest
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from autograder.kit import train_tokenizer
from autograder.kit.records import records
from autograder.kit.tokenizer import (
    BOS,
    BOS_ID,
    EOS,
    EOS_ID,
    PAD,
    PAD_ID,
    PATH,
    VOCAB_SIZE,
    decode,
    encode,
    load_tokenizer,
    token_rows,
)

ROOT = Path(train_tokenizer.__file__).parents[2]

TEXTS = {
    "nothing": "",
    "Latin": "Ein schöner Tag; isn't it? 12345 naïve façades",
    "Chinese": "诚朴雄伟，励学敦行。𠮷",  # noqa: RUF001 - Chinese punctuation
    "emoji": "👨\u200d👩\u200d👧\u200d👦 👩🏽\u200d💻 🇨🇳 1️⃣",
    "combining marks": "cafe\u0301 ngu\u031b\u0303 H\u0337e\u0337y",
    "Arabic": "السَّلَامُ عَلَيْكُمْ",
    "white space": "  a \t b\r\n\r\n c\u3000\u00a0 ",
    "control characters": "\x00\x1b[31m\x7f",
    "space before punctuation": "a , b . c ' d 's",
}

CHAT = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Hi"},
    {"role": "assistant", "content": "Hello!"},
    {"role": "user", "content": "Bye"},
    {"role": "assistant", "content": "再见"},
]


@pytest.mark.parametrize(
    ("token", "expected"),
    [(BOS, BOS_ID), (EOS, EOS_ID), (PAD, PAD_ID)],
    ids=["BOS", "EOS", "PAD"],
)
def test_special_id_is_the_files(token, expected):
    assert Tokenizer.from_file(str(PATH)).token_to_id(token) == expected


def test_vocabulary_has_the_files_size():
    assert Tokenizer.from_file(str(PATH)).get_vocab_size() == VOCAB_SIZE


@pytest.mark.parametrize("token", train_tokenizer.SPECIAL_TOKENS)
def test_special_token_is_one_id_for_the_hugging_face_tokenizer(token):
    ids = load_tokenizer().encode(token, add_special_tokens=False)

    assert ids == [train_tokenizer.SPECIAL_TOKENS.index(token)]


@pytest.mark.parametrize("token", train_tokenizer.SPECIAL_TOKENS)
def test_encode_takes_special_token_text_for_text(token):
    ids = encode(f"a{token}b")

    assert min(ids) >= len(train_tokenizer.SPECIAL_TOKENS)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_decode_gives_back_what_encode_took(text):
    assert decode(encode(text)) == text


def test_decode_gives_back_every_record():
    texts = [text for record in records() for text in (record.input, record.output)]

    lost = [text for text in texts if text and decode(encode(text)) != text]

    assert lost == []


def test_decode_shows_special_tokens():
    assert decode([BOS_ID, *encode("Hi"), EOS_ID]) == f"{BOS}Hi{EOS}"


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_hugging_face_tokenizer_gives_back_what_it_took(text):
    tokenizer = load_tokenizer()

    actual = tokenizer.decode(tokenizer.encode(text), skip_special_tokens=True)

    assert actual == text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_hugging_face_tokenizer_puts_bos_in_front_of_the_same_ids(text):
    assert load_tokenizer().encode(text) == [BOS_ID, *encode(text)]


def test_encode_needs_neither_torch_nor_transformers():
    program = (
        "import sys; from autograder.kit.tokenizer import encode, token_rows;"
        "encode('a'); token_rows();"
        "print(sorted({'torch', 'transformers', 'datasets'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ("bos_token_id", BOS_ID),
        ("eos_token_id", EOS_ID),
        ("pad_token_id", PAD_ID),
        ("model_max_length", 512),
        ("clean_up_tokenization_spaces", False),
    ],
)
def test_loaded_tokenizer_has(attribute, expected):
    assert getattr(load_tokenizer(), attribute) == expected


def test_loaded_tokenizer_has_the_files_vocabulary():
    assert len(load_tokenizer()) == VOCAB_SIZE


def test_options_override_the_defaults():
    tokenizer = load_tokenizer(padding_side="left", model_max_length=7)

    assert (tokenizer.padding_side, tokenizer.model_max_length) == ("left", 7)


def test_loaded_tokenizers_are_independent():
    load_tokenizer().add_tokens(["Nanjing University"])

    assert len(load_tokenizer()) == VOCAB_SIZE


def test_chat_is_written_in_the_manner_of_llama_3():
    text = load_tokenizer().apply_chat_template(
        CHAT[1:3], tokenize=False, add_generation_prompt=True
    )

    assert text == (
        "<|begin_of_text|>"
        "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\nHello!<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    )


def test_assistant_mask_covers_each_answer_with_its_end_of_turn():
    tokenizer = load_tokenizer()

    chat = tokenizer.apply_chat_template(
        CHAT, return_dict=True, return_assistant_tokens_mask=True
    )

    pairs = zip(chat["input_ids"], chat["assistant_masks"], strict=True)
    answers = [id_ for id_, is_answer in pairs if is_answer]
    assert answers == [*encode("Hello!"), EOS_ID, *encode("再见"), EOS_ID]


@pytest.fixture
def reloaded(tmp_path):
    load_tokenizer().save_pretrained(tmp_path)
    return AutoTokenizer.from_pretrained(tmp_path)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_saved_tokenizer_gives_the_same_ids(reloaded, text):
    assert reloaded(text)["input_ids"] == [BOS_ID, *encode(text)]


@pytest.mark.parametrize(
    "attribute", ["bos_token", "eos_token", "pad_token", "model_max_length"]
)
def test_saved_tokenizer_keeps(reloaded, attribute):
    assert getattr(reloaded, attribute) == getattr(load_tokenizer(), attribute)


def test_saved_tokenizer_keeps_its_chat_template(reloaded):
    expected = load_tokenizer().apply_chat_template(CHAT, tokenize=False)

    assert reloaded.apply_chat_template(CHAT, tokenize=False) == expected


def test_token_rows_are_one_a_record():
    assert len(token_rows()) == len(records())


def test_token_row_is_the_records_text_between_bos_and_eos():
    index = next(i for i, record in enumerate(records()) if record.input)
    record = records()[index]

    row = token_rows()[index]

    text = f"{record.instruction}\n{record.input}\n{record.output}"
    assert row == (BOS_ID, *encode(text), EOS_ID)


def test_token_row_leaves_out_an_absent_input():
    index = next(i for i, record in enumerate(records()) if record.input is None)
    record = records()[index]

    text = decode(token_rows()[index][1:-1])

    assert text == f"{record.instruction}\n{record.output}"


def test_token_rows_are_made_once():
    assert token_rows() is token_rows()


def test_some_outputs_are_longer_than_600_tokens():
    lengths = [len(encode(record.output)) for record in records()]

    assert sum(length >= 600 for length in lengths) >= 2


def test_some_prompt_is_longer_than_the_model_takes():
    lengths = [len(encode(record.input or "")) for record in records()]

    assert max(lengths) > load_tokenizer().model_max_length


def test_committed_file_equals_a_fresh_training(tmp_path):
    fresh = tmp_path / "tokenizer.json"

    train_tokenizer.main([], fresh)

    assert fresh.read_bytes() == PATH.read_bytes()


def test_check_accepts_a_fresh_file(tmp_path):
    path = tmp_path / "tokenizer.json"
    train_tokenizer.main([], path)

    assert train_tokenizer.main(["--check"], path) is None


@pytest.mark.parametrize("content", [None, "{}"], ids=["no file", "another file"])
def test_check_refuses_a_stale_file(tmp_path, content):
    path = tmp_path / "tokenizer.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")

    with pytest.raises(SystemExit, match="is stale: run python -m"):
        train_tokenizer.main(["--check"], path)


def test_unknown_argument_is_named(tmp_path):
    with pytest.raises(SystemExit, match="expected nothing or --check, got --chek"):
        train_tokenizer.main(["--chek"], tmp_path / "tokenizer.json")
