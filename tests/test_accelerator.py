"""Where assignments can be graded besides the CPU."""

import re

import pytest
import torch

from autograder import accelerator
from autograder.errors import UsageError


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """The files of a driver with two GPUs."""
    monkeypatch.setattr(accelerator, "GPUS", tmp_path / "gpus")
    monkeypatch.setattr(accelerator, "CONTROL", tmp_path / "dev" / "nvidiactl")
    for number, model in enumerate(("NVIDIA H200", "NVIDIA A100")):
        folder = tmp_path / "gpus" / f"0000:0{number}:00.0"
        folder.mkdir(parents=True)
        told = f"Model: \t\t {model}\nIRQ:   \t\t 70\n"
        (folder / "information").write_text(told)
    (tmp_path / "dev" / "nvidia-caps").mkdir(parents=True)
    files = ("nvidia-caps/nvidia-cap1", "nvidia0", "nvidia1", "nvidiactl", "tty")
    for name in files:
        (tmp_path / "dev" / name).touch()
    return tmp_path


def test_cpu_is_everywhere_and_needs_no_file(monkeypatch, tmp_path):
    monkeypatch.setattr(accelerator, "CONTROL", tmp_path / "gone")

    accelerator.require("cpu")

    assert accelerator.device_files("cpu") == accelerator.readable("cpu") == ()


def test_machine_without_a_gpu_is_refused_by_what_it_lacks(monkeypatch, tmp_path):
    monkeypatch.setattr(accelerator, "CONTROL", tmp_path / "nvidiactl")

    with pytest.raises(UsageError, match=r"--device cuda: .* no .*/nvidiactl"):
        accelerator.require("cuda")


@pytest.mark.usefixtures("driver")
def test_torch_without_cuda_is_refused_by_its_version(monkeypatch):
    monkeypatch.setattr(torch.version, "cuda", None)

    with pytest.raises(UsageError, match=re.escape(f"torch {torch.__version__} ")):
        accelerator.require("cuda")


@pytest.mark.usefixtures("driver")
def test_torch_with_cuda_beside_a_driver_passes(monkeypatch):
    monkeypatch.setattr(torch.version, "cuda", "13.0")

    accelerator.require("cuda")


@pytest.mark.usefixtures("driver")
def test_models_are_named_as_the_driver_names_them():
    assert accelerator.models() == ["NVIDIA H200", "NVIDIA A100"]


def test_worker_gets_the_driver_s_device_files_and_no_other(driver):
    found = accelerator.device_files("cuda")

    assert [file.removeprefix(f"{driver}/dev/") for file in found] == [
        "nvidia-caps/nvidia-cap1",
        "nvidia0",
        "nvidia1",
        "nvidiactl",
    ]


def test_worker_is_told_which_gpus_the_scheduler_gave(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")

    assert accelerator.order("cuda") == {"device": "cuda", "visible": "3"}
