import tempfile

import pytest
from datasets import are_progress_bars_disabled

from autograder.kit.blueprint import blueprint
from autograder.probes import mapping, tokenizing

GIVEN = {"text": ["a", "b", "c"], "n": [1, 2, 3]}


def doubled(batch):
    """Answer with the doubled numbers and with how many came at once."""
    return {
        "m": [2 * n for n in batch["n"]],
        "at_once": [len(batch["n"])] * len(batch["n"]),
    }


@pytest.mark.parametrize(
    ("batch_size", "processes", "at_once"),
    [(2, None, [2, 2, 1]), (9, None, [3, 3, 3]), (2, 2, [2, 2, 1])],
    ids=["small batches", "one batch", "two processes"],
)
def test_columns_are_those_that_the_function_makes(batch_size, processes, at_once):
    columns = mapping.columns(doubled, GIVEN, batch_size, processes)

    assert columns == {"m": [2, 4, 6], "at_once": at_once}


def test_nothing_is_left_behind(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    shown_before = not are_progress_bars_disabled()

    mapping.columns(doubled, GIVEN, 2)

    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")
    assert are_progress_bars_disabled() is not shown_before


def count(batch, tokenizer):
    return {"length": [len(tokenizer.encode(text)) for text in batch["text"]]}


def count_and_change(batch, tokenizer):
    tokenizer.padding_side = "left"
    return count(batch, tokenizer)


@pytest.mark.parametrize(
    ("function", "n_files"),
    [(count, 1), (count_and_change, 2)],
    ids=["unchanged", "changed"],
)
def test_cache_is_found_while_the_tokenizer_stays_as_it_is(function, n_files):
    bound = tokenizing.with_tokenizer(function, blueprint().data)

    assert mapping.cache_files(bound, GIVEN, 3) == n_files
