"""Writes what a gradebook exports."""

from __future__ import annotations

import argparse

from autograder.commands.pages import site_of
from autograder.gradebook.verbs import report
from autograder.gradebook_arguments import FORMATS


def run(asked: argparse.Namespace) -> int:
    """Writes what a gradebook exports."""
    formats = asked.format or FORMATS
    said = report(
        asked.folder,
        formats,
        run=asked.run,
        keep=asked.keep,
        policy=asked.policy,
        more=site_of(asked) if "site" in formats else {},
    )
    print(*said, sep="\n")
    return 0
