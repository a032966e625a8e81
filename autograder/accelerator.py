"""Says where assignments can be graded besides the CPU, and what a worker needs there.

Only files are looked at: a process that touched a GPU could fork no worker that does.
"""

from __future__ import annotations

import os
from pathlib import Path

from autograder.errors import UsageError

CPU = "cpu"
CUDA = "cuda"
DEVICES = (CPU, CUDA)
GPUS = Path("/proc/driver/nvidia/gpus")
CONTROL = Path("/dev/nvidiactl")
# What CUDA reads: the driver's settings, and where on the machine the GPUs are.
READABLE = ("/proc/driver/nvidia", "/sys/bus/pci", "/sys/devices")


def require(device: str) -> None:
    """Passes if workers can compute on `device` here.

    Raises:
        UsageError: if this machine, or the torch that is installed, has none.
    """
    if device == CPU:
        return
    if not CONTROL.exists():
        raise UsageError(f"--device {device}: no GPU here: there is no {CONTROL}")
    import torch  # noqa: PLC0415 - only a GPU needs it, and it takes a second

    if torch.version.cuda is None:
        raise UsageError(
            f"--device {device}: torch {torch.__version__} computes on the CPU only:"
            " install one for CUDA"
        )


def models() -> list[str]:
    """The GPUs of this machine, as the driver names them."""
    found = []
    for file in sorted(GPUS.glob("*/information")):
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        told = dict(line.partition(":")[::2] for line in lines)
        found.append(told.get("Model", "unknown").strip())
    return found


def device_files(device: str) -> tuple[str, ...]:
    """The files by which a process uses `device`."""
    if device == CPU:
        return ()
    folder = CONTROL.parent
    found = [*folder.glob("nvidia*"), *folder.glob("nvidia-caps/*")]
    return tuple(sorted(str(file) for file in found if not file.is_dir()))


def readable(device: str) -> tuple[str, ...]:
    """What else a process that uses `device` has to read."""
    wanted = () if device == CPU else READABLE
    return tuple(path for path in wanted if Path(path).exists())


def order(device: str) -> dict[str, str | None]:
    """What a worker is told: the device, and which GPUs a scheduler gave us of all."""
    return {"device": device, "visible": os.environ.get("CUDA_VISIBLE_DEVICES")}
