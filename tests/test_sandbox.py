"""The private folder of a batch."""

import os
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from autograder import forking
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


@pytest.mark.skipif(sys.platform != "linux", reason="finds the zygote in Linux's /proc")
def test_zygote_that_does_not_end_in_time_is_killed(monkeypatch):
    monkeypatch.setattr(forking, "END_SECONDS", 0.2)
    sandbox_ends = Sandbox.create()
    sandbox = sandbox_ends.__enter__()
    sandbox.warm("torch")
    [zygote] = processes_about(sandbox.folder)
    os.kill(zygote, signal.SIGSTOP)

    sandbox_ends.__exit__(None, None, None)

    assert not Path(f"/proc/{zygote}").exists()


def processes_about(folder):
    """The processes on whose command line a folder is."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # ended meanwhile
            if os.fsencode(folder) in line.read_bytes():
                found.append(int(line.parent.name))
    return found
