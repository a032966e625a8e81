"""Says what this machine has: versions, isolation, accelerator."""

from __future__ import annotations

import argparse

from autograder.doctor import examine
from autograder.errors import UsageError
from autograder.table import aligned


def run(asked: argparse.Namespace) -> int:
    """Says what this machine has, or holds the contract of a worker there."""
    if asked.self_test:
        from autograder.commands.self_test import self_test  # noqa: PLC0415 - torch, 1 s

        return self_test(asked)
    if asked.tier or asked.only:
        raise UsageError("--tier and --only choose what --self-test runs: add it")
    for line in aligned(examine()):
        print(line)
    return 0
