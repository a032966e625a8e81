"""Says how the interpreter beside student code is called, in which environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OURS = (str(HERE / "worker"), str(HERE / "probes"))
"""What of this package a worker may read."""
_EXECUTABLE = sys.executable
# Without site packages, so without `.pth` files, and without the folders of user and
# program. Not `-I`, which would ignore our own `ENVIRONMENT` and its seed of hashes.
_OPTIONS = ("-P", "-s", "-S", "-B")
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/nonexistent",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # The zygote sees no GPU; asked whether there is one, torch does not open it either,
    # for a process that did forks no worker that can.
    "CUDA_VISIBLE_DEVICES": "",
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
}
if sys.platform == "win32":  # pragma: no cover - Windows
    # A virtual environment's program only starts this one, whose pid we must know.
    _EXECUTABLE = getattr(sys, "_base_executable", sys.executable)
    ENVIRONMENT["SYSTEMROOT"] = os.environ["SYSTEMROOT"]  # sockets are found by it
PROGRAM = (_EXECUTABLE, *_OPTIONS, str(HERE / "worker" / "__main__.py"))
