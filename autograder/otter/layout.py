"""What a bundle holds and where: the names that its maker and its plugin share."""

from __future__ import annotations

from dataclasses import dataclass

PLUGIN = "autograder.otter.plugin.AutograderPlugin"
ENTRY = "graded_by_autograder.ipynb"
"""An empty notebook; Otter prefers it to any script, so it runs nothing of a student's.

The name is reserved: Otter writes ours over a student's file of that name.
"""
TESTS = "tests"
PLACEHOLDER = "not_graded.py"
"""Otter wants at least one test; this one fails, for it counts only without the plugin.
"""
PRIVATE = "private"
"""The assignment's own folder and the release; Otter copies it nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the plugin is told by the bundle that carries it."""

    assignment: str
    release: str
    points: int
    seconds: float
    """How long the judge may take before it is stopped, which is our fault."""
