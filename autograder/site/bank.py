"""Reads the known mistakes of all assignments, to show the patch of a misconception."""

from __future__ import annotations

from autograder.catalog import Catalog
from autograder.kit.mistake import Mistake
from autograder.release.known import mistake_files, mistakes


def read_bank(catalog: Catalog) -> dict[tuple[str, str], Mistake]:
    """Every mistake by its assignment's id and its own name."""
    return {
        (assignment.id, mistake.name): mistake
        for assignment in catalog
        if mistake_files(assignment)
        for mistake in mistakes(assignment)
    }
