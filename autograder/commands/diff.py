"""Says whose score differs between two runs, on which check and why."""

from __future__ import annotations

import argparse

from autograder.gradebook.verbs import diff


def run(asked: argparse.Namespace) -> int:
    """Says whose score differs between two runs, on which check and why."""
    print(*diff(asked.folder, asked.before, asked.after), sep="\n")
    return 0
