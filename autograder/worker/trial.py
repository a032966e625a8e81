"""Confines this process as a worker would be, and says how far that got.

Run by path as `python -P -s -S .../worker/__main__.py trial FOLDER FEATURES`: no
library, no student code.
"""

from __future__ import annotations

import json
import sys
import sysconfig

from autograder.worker.confine import Confinement, confine

UID = 64000


def main(scratch: str, features: str) -> None:
    """Writes the steps as JSON: name, done, detail.

    Args:
        scratch: an empty folder that the caller removes.
        features: the mechanisms to use, as a JSON list, or null for all.
    """
    chosen = json.loads(features)
    steps = confine(
        Confinement(
            readable=(sysconfig.get_path("stdlib"),),
            listable=(),
            scratch=scratch,
            memory_bytes=1 << 30,
            cpu_seconds=10,
            file_bytes=1 << 20,
            open_files=64,
            processes=0,
            scratch_bytes=1 << 20,
            uid=UID,
            features=None if chosen is None else frozenset(chosen),
        )
    )
    sys.stdout.write(json.dumps([(s.name, s.done, s.detail) for s in steps]))
    sys.stdout.flush()
