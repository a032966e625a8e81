"""The private folder of a batch."""

import tempfile
from pathlib import Path

import pytest

from autograder.errors import SandboxError
from autograder.sandbox import LONGEST_TEMPORARY_FOLDER, Sandbox


@pytest.fixture
def temporary_folder_of_length(monkeypatch):
    """Gives Python a folder for temporary files whose path has so many bytes."""
    with tempfile.TemporaryDirectory(dir="/tmp") as short:

        def given(length):
            folder = short + "/" + "x" * (length - len(short) - 1)
            Path(folder).mkdir()
            monkeypatch.setattr(tempfile, "tempdir", folder)
            return folder

        yield given


def test_longest_temporary_folder_has_place_for_a_zygote(temporary_folder_of_length):
    folder = temporary_folder_of_length(LONGEST_TEMPORARY_FOLDER)

    with Sandbox.create() as sandbox:
        sandbox.warm("transformers")

        assert list(Path(folder).glob("*/transformers.zygote"))


def test_longer_temporary_folder_is_refused_by_its_name(temporary_folder_of_length):
    folder = temporary_folder_of_length(LONGEST_TEMPORARY_FOLDER + 1)

    with pytest.raises(SandboxError, match=f"at most 63 bytes, got 64: '{folder}'"):
        Sandbox.create().__enter__()
