"""Writes an assignment's Otter zip."""

from __future__ import annotations

import argparse

from autograder.commands.around import catalog_of
from autograder.otter.bundle import write_bundle


def run(asked: argparse.Namespace) -> int:
    """Writes an assignment's Otter zip."""
    catalog = catalog_of(asked)
    for name in asked.assignments:
        print(write_bundle(catalog, catalog[name], asked.out))
    return 0
