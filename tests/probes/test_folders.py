from pathlib import Path

import pytest
import torch

from autograder.probes import folders

FILES = {
    "one.txt": torch.tensor(list(b"first"), dtype=torch.uint8),
    "empty.txt": torch.empty(0, dtype=torch.uint8),
}


def test_function_finds_the_files_in_the_folder():
    def read(folder):
        return {file.name: file.read_bytes() for file in folder.iterdir()}

    assert folders.call(read, FILES) == {"one.txt": b"first", "empty.txt": b""}


@pytest.mark.parametrize(("as_text", "kind"), [(True, str), (False, Path)])
def test_function_gets_the_kind_of_path_that_is_asked(as_text, kind):
    found = folders.call(lambda folder: folder, FILES, as_text=as_text)

    assert isinstance(found, kind)


def test_folder_is_gone_afterwards():
    folder = folders.call(lambda folder: folder, FILES)

    assert not folder.exists()
