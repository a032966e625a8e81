"""The embedded model: read by transformers, the same everywhere, made once."""

import json

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM

from autograder.kit import tiny_llama
from autograder.kit.tokenizer import EOS_ID, PAD_ID, encode, load_tokenizer

# The first two values, as the whole numbers that they were made of.
HEAD = [2216947, -1218429]
NORM = [6486048, 8191044]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_llama.folder(tmp_path_factory.mktemp("cache"))


def test_model_is_read_from_the_folder_with_its_weights(folder):
    model = AutoModelForCausalLM.from_pretrained(folder)

    assert type(model) is LlamaForCausalLM
    read = model.state_dict()
    expected = tiny_llama.weights(tiny_llama.CONFIG)
    assert read.keys() == expected.keys()
    assert all(torch.equal(read[name], expected[name]) for name in read)


def test_tokenizer_of_the_folder_is_the_embedded_one(folder):
    ours, theirs = load_tokenizer(), AutoTokenizer.from_pretrained(folder)

    assert theirs.chat_template == ours.chat_template
    assert theirs.model_max_length == ours.model_max_length
    assert (theirs.pad_token_id, theirs.eos_token_id) == (PAD_ID, EOS_ID)
    assert theirs.encode("你好, 👋") == ours.encode("你好, 👋")


def test_folder_has_a_few_hundred_kilobytes(folder):
    size = sum(file.stat().st_size for file in folder.iterdir())

    assert 200_000 < size < 600_000


def test_folder_is_made_once(folder):
    before = {file: file.stat().st_mtime_ns for file in folder.iterdir()}

    again = tiny_llama.folder(folder.parent)

    assert again == folder
    assert {file: file.stat().st_mtime_ns for file in again.iterdir()} == before
    assert list(folder.parent.iterdir()) == [folder]


def test_weights_are_the_same_on_every_machine():
    weights = tiny_llama.weights(tiny_llama.CONFIG)

    head, norm = weights["lm_head.weight"], weights["model.norm.weight"]
    assert (head[0, :2] * 2**23 / (3 / 32) ** 0.5).round().tolist() == HEAD
    assert ((norm[:2] - 1) * 2**25).round().tolist() == NORM


def test_weights_are_as_wide_as_random_ones():
    weights = tiny_llama.weights(tiny_llama.CONFIG)["lm_head.weight"]

    assert abs(float(weights.mean())) < 0.01
    assert float(weights.std()) == pytest.approx(32**-0.5, rel=0.02)
    assert int(torch.linalg.matrix_rank(weights)) == 32


def test_settings_change_what_is_written():
    files = tiny_llama.files(
        {"num_hidden_layers": 0, "dtype": "bfloat16"}, {"pad_token": None}
    )

    assert json.loads(files["config.json"])["num_hidden_layers"] == 0
    assert "pad_token" not in json.loads(files["tokenizer_config.json"])
    assert len(files[tiny_llama.WEIGHTS]) == 3
    assert {w.dtype for w in files[tiny_llama.WEIGHTS].values()} == {torch.bfloat16}


def test_model_without_layers_predicts_as_transformers_says(tmp_path):
    files = tiny_llama.files({"num_hidden_layers": 0})
    tiny_llama.write(tmp_path, files)
    ids = torch.tensor([encode("Nanjing lies on the Yangtze.")])
    model = AutoModelForCausalLM.from_pretrained(tmp_path)

    logits = tiny_llama.logits_without_layers(files[tiny_llama.WEIGHTS], ids)

    torch.testing.assert_close(logits, model(ids).logits)
