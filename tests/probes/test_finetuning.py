from pathlib import Path

import pytest
import torch

from autograder.kit import tiny_llama
from autograder.kit.records import Record, columns
from autograder.kit.tokenizer import EOS_ID
from autograder.probes import finetuning, runs, training
from solutions.a6_finetune import finetune as reference

FILES = tiny_llama.files({"num_hidden_layers": 0})
HI = Record(instruction="Say hi.", input="", output="Hi there!")
BYE = Record(instruction="Say bye.", input="", output="Goodbye, all of you!")
ROWS = columns([HI, BYE])
ONE_STEP = {"max_steps": 1, "report_to": "none", "save_strategy": "no"}


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_batches_come_in_the_order_of_the_rows():
    one_by_one = {"per_device_train_batch_size": 1}

    batches = finetuning.batches(reference.build_trainer, FILES, ROWS, one_by_one)

    assert [batch["labels"][0, -1].item() for batch in batches] == [EOS_ID, EOS_ID]
    assert batches[0]["input_ids"].shape[1] < batches[1]["input_ids"].shape[1]


def test_model_is_a_fresh_one_for_every_question():
    first = finetuning.trained(reference.build_trainer, FILES, ROWS, ONE_STEP)

    again = finetuning.trained(reference.build_trainer, FILES, ROWS, ONE_STEP)

    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(
        first["lm_head.weight"], FILES[tiny_llama.WEIGHTS]["lm_head.weight"]
    )


def test_answer_that_is_no_trainer_is_refused():
    with pytest.raises(TypeError, match="expected a Trainer, got a NoneType"):
        finetuning.batches(lambda *_: None, FILES, ROWS, {})


def test_settings_that_are_no_training_arguments_are_refused():
    with pytest.raises(TypeError, match="expected a TrainingArguments, got a dict"):
        finetuning.settings(lambda *_, **__: {}, ["seed"], "runs", {})


def test_run_tells_where_it_left_its_model():
    found = runs.finetuned(reference.finetune, FILES, ROWS, ONE_STEP)

    assert found["is_where_asked"]
    assert found["is_source_kept"]
    assert len(found["losses"]) == 1
    assert found["weights"].keys() == FILES[tiny_llama.WEIGHTS].keys()


def test_run_that_answers_with_its_source_is_told():
    def elsewhere(source, rows, target, **overrides):
        found = reference.finetune(source, rows, target, **overrides)
        return found | {"folder": source}

    found = runs.finetuned(elsewhere, FILES, ROWS, ONE_STEP)

    assert not found["is_where_asked"]


def test_tokenizer_that_was_not_saved_is_empty():
    def without_tokenizer(source, rows, target, **overrides):
        found = reference.finetune(source, rows, target, **overrides)
        for file in Path(target).glob("*token*"):
            file.unlink()
        return found

    found = runs.finetuned(without_tokenizer, FILES, ROWS, ONE_STEP)

    assert found["tokenizer"] == {}


def test_model_is_asked_until_the_end_or_the_limit():
    prompt = [1, 2, 3]

    found = training.answered(reference.finetune, FILES, ROWS, ONE_STEP, [prompt], 3)

    (answer,) = found["answers"]
    assert len(answer) == 3 or answer[-1] == EOS_ID
