"""The program that runs all assignments together, from a published folder."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.catalog import read_catalog
from autograder.release.publish import rendered, write

ROOT = Path(__file__).parent.parent
SOLUTIONS = ROOT / "solutions"
OPTIONS = ("--steps", "12", "--rows", "2", "--tokens", "9")


def play(folder, *options):
    """Run the program of a folder with `assignments/` in it."""
    environment = os.environ | {"XDG_CACHE_HOME": str(folder), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "assignments.play", *options],
        cwd=folder,
        env=environment | {"HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=600,
    )


@pytest.fixture
def published(tmp_path):
    """A folder as students get it."""
    write(rendered(read_catalog(SOLUTIONS)), tmp_path / "assignments")
    return tmp_path


def test_play_says_what_is_missing_of_stubs(published):
    done = play(published)

    assert done.returncode == 0, done.stderr
    assert "finetune.py is not written yet" in done.stdout


def test_play_trains_and_answers_with_what_is_written(published):
    for name in ("a6_finetune/finetune.py", "a2_collator/collator.py"):
        shutil.copy(SOLUTIONS / name, published / "assignments" / name)

    done = play(published, *OPTIONS)

    assert done.returncode == 0, done.stderr
    assert "collator           yours, a2_collator" in done.stdout
    assert "loss               given" in done.stdout
    assert "12 steps" in done.stdout
    assert done.stdout.index("before: ") < done.stdout.index("after: ")
