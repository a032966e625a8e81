"""Says what may be asked of a cluster, by `--slurm KEY=VALUE` in Slurm's own words."""

from __future__ import annotations

import argparse
import re

NAME = r"[\w.,-]+"
FORMS = {
    "partition": (NAME, "a name, such as short"),
    "account": (NAME, "a name, such as course"),
    "gres": (r"gpu(:[A-Za-z][\w.-]*)?(:[1-9]\d*)?", "gpu, gpu:1 or gpu:a100:1"),
    "mem": (r"[1-9]\d*[KMGT]?", "a size, such as 4G"),
    "time": (
        r"[1-9]\d*|\d+:\d\d(:\d\d)?|\d+-\d+(:\d\d){0,2}",
        "minutes, hours:minutes:seconds or days-hours",
    ),
}
"""What each value looks like, and how that is said.

A task gets them as `sbatch` would: each of a batch's tasks has these, for itself.
"""


def slurm_option(text: str) -> tuple[str, str]:
    """The key and the value of one `--slurm KEY=VALUE`."""
    key, equals, value = text.partition("=")
    if not equals or key not in FORMS:
        raise argparse.ArgumentTypeError(
            f"expected KEY=VALUE with a KEY of {', '.join(FORMS)}, got {text!r}"
        )
    form, said = FORMS[key]
    if not re.fullmatch(form, value, re.ASCII):
        raise argparse.ArgumentTypeError(
            f"expected {said} as the {key}, got {value!r} in {text!r}"
        )
    return key, value
