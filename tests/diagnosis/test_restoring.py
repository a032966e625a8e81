"""Whatever replayed code does to global state is undone."""

import random
import sys

import pytest
import torch

from autograder.diagnosis.restoring import restored
from autograder.probes.state import READERS
from autograder.worker.loading import load_part

CHANGES = {
    "torch's default dtype": lambda: torch.set_default_dtype(torch.float64),
    "torch's random numbers": lambda: torch.manual_seed(0),
    "torch's gradient mode": lambda: torch.set_grad_enabled(False),
    "torch's number of threads": lambda: torch.set_num_threads(2),
    "Python's random numbers": lambda: random.seed(0),
}


@pytest.mark.parametrize("name", CHANGES)
def test_state_is_as_it_was_after_a_change(name):
    torch.rand(1)
    before = READERS[name]()

    with restored("replayed"):
        CHANGES[name]()
        changed = READERS[name]()

    assert changed != before
    assert READERS[name]() == before


def break_off():
    with restored("replayed"):
        torch.set_grad_enabled(False)
        raise KeyError


def test_state_is_as_it_was_after_an_error():
    with pytest.raises(KeyError):
        break_off()

    assert torch.is_grad_enabled()


def test_modules_of_the_package_are_gone_afterwards(tmp_path):
    (tmp_path / "part.py").write_text("from .other import x\n")
    (tmp_path / "other.py").write_text("x = 1\n")

    with restored("replayed"):
        load_part(tmp_path, package="replayed", part="part")
        assert "replayed.other" in sys.modules

    assert not {"replayed", "replayed.part", "replayed.other"} & sys.modules.keys()


def test_what_replayed_code_prints_is_not_shown(capfd):
    with restored("replayed"):
        sys.stdout.write("{'loss': '7.276'}\n")
        sys.stderr.write("100%\n")
    sys.stdout.write("shown\n")

    assert capfd.readouterr() == ("shown\n", "")
