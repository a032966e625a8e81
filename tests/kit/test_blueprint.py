"""Tokenizers as data: the embedded one, one from a folder, with and without BOS."""

from copy import deepcopy

import pytest

from autograder.kit.blueprint import blueprint
from autograder.kit.failures import CheckFailed
from autograder.kit.tokenizer import BOS_ID, EOS_ID, PAD_ID, encode, load_tokenizer

TEXT = "a<|eot_id|> 你好"


def test_library_is_the_embedded_tokenizer():
    ids = blueprint().library.encode(TEXT)

    assert ids == load_tokenizer().encode(TEXT)


@pytest.mark.parametrize("bos", [True, False], ids=["BOS", "no BOS"])
def test_text_begins_with_bos_if_there_is_one(bos):
    library = blueprint(bos=bos).library

    assert library.encode("Hi") == [BOS_ID] * bos + encode("Hi")
    assert library.bos_token_id == (BOS_ID if bos else None)


@pytest.mark.parametrize(
    ("pad", "expected"),
    [("own", PAD_ID), ("eos", EOS_ID), (None, None)],
    ids=["own", "eos", "none"],
)
def test_pad_is_the_one_asked_for(pad, expected):
    assert blueprint(pad=pad).library.pad_token_id == expected


def test_plain_encoding_takes_special_tokens_for_text():
    described = blueprint()

    assert described.encode(TEXT) == encode(TEXT)
    assert described.decode(described.encode(TEXT)) == TEXT


def test_reading_leaves_special_tokens_out():
    assert blueprint().read([BOS_ID, *encode("Hi"), EOS_ID], "ids") == "Hi"


@pytest.mark.parametrize(
    "ids",
    [[-1], [1 << 70], [1024], [True], ["Hi"], None],
    ids=["negative", "huge", "one too many", "bool", "text", "no list"],
)
def test_reading_refuses_what_is_no_id(ids):
    with pytest.raises(CheckFailed):
        blueprint().read(ids, "ids")


def test_folder_gives_the_tokenizer_saved_there(tmp_path):
    options = {"eos_token": "<|end_of_text|>", "pad_token": None}
    load_tokenizer(**options).save_pretrained(tmp_path)

    library = blueprint(tmp_path).library

    assert library.encode(TEXT) == load_tokenizer().encode(TEXT)
    assert (library.eos_token_id, library.pad_token_id) == (1, PAD_ID)


@pytest.fixture
def llama_3(request):
    """Llama 3's own tokenizer, which is not ours to ship."""
    folder = request.config.getoption("--tokenizer")
    if folder is None:
        pytest.skip("needs a folder with Llama 3's tokenizer: --tokenizer DIR")
    described = blueprint(folder)
    if described.library.convert_tokens_to_ids("<|eot_id|>") != 128_009:
        pytest.skip(f"{folder} holds another tokenizer than Llama 3's")
    return described


def test_llama_3_gives_the_ids_of_the_lecture(llama_3):
    ids = llama_3.encode("Tell me a story about Nanjing University.")

    assert ids == [41551, 757, 264, 3446, 922, 33242, 99268, 3907, 13]


def test_llama_3_pads_the_batch_of_the_lecture_with_its_end_of_turn(llama_3):
    tokenizer = deepcopy(llama_3.library)
    tokenizer.pad_token_id = 128_009
    sentences = ["Tell me a story about Nanjing University.", "Hi."]

    batch = tokenizer(sentences, padding=True)

    first, second = batch["input_ids"]
    n_tokens = sum(batch["attention_mask"][1])
    assert first[0] == second[0] == 128_000
    assert second[n_tokens:] == [128_009] * (len(first) - n_tokens)
