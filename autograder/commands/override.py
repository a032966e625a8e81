"""Adds what a person decided or remarked, and writes the results anew."""

from __future__ import annotations

import argparse

from autograder.commands.pages import site_of
from autograder.gradebook.overriding import points_of
from autograder.gradebook.verbs import override
from autograder.score import Override


def run(asked: argparse.Namespace) -> int:
    """Adds what a person decided or remarked, and writes the results anew."""
    said = Override(
        student=asked.student,
        assignment=asked.assignment,
        check=asked.check,
        points=None if asked.points is None else points_of(asked.points),
        author=asked.author,
        reason=asked.reason,
    )
    print(*override(asked.folder, said, site_of(asked)), sep="\n")
    return 0
