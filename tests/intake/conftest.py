"""What tests of intake share: files and archives in a folder, and what is found."""

import zipfile

import pytest

from autograder.intake import Asked, take_in

SOURCE = b"def add(a, b):\n    return a + b\n"
KEY = ("a1_tiny", "adder")


@pytest.fixture
def put(tmp_path):
    """Write files, by their names below a folder."""

    def put_files(*names, content=SOURCE):
        for name in names:
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return tmp_path

    return put_files


@pytest.fixture
def pack(tmp_path):
    """Write a zip of members: their contents by name or by `ZipInfo`."""

    def pack_members(members, name="class.zip", method=zipfile.ZIP_DEFLATED):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(file, "w", method) as archive:
            for member, content in members:
                archive.writestr(member, content)
        return file

    return pack_members


@pytest.fixture
def take(tiny, tmp_path):
    """What intake finds at paths, the test's folder if none is named."""

    def take_paths(*paths, **asked):
        return take_in(list(paths) or [tmp_path], [tiny], Asked(**asked))

    return take_paths
