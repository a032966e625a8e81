"""Ranks pairs of submissions by the code that they share."""

from __future__ import annotations

import argparse

from autograder.commands.around import catalog_of, works_of
from autograder.gradebook.outputs import write
from autograder.intake import read_roster
from autograder.similarity.comparing import compare
from autograder.similarity.writing import pages


def run(asked: argparse.Namespace) -> int:
    """Ranks pairs of submissions by the code that they share, for persons to look."""
    catalog = catalog_of(asked)
    assignments = [catalog[name] for name in asked.assignment or catalog.assignments]
    roster = read_roster(asked.roster) if asked.roster else None
    works = works_of(asked, assignments, roster)
    rankings = list(compare(works, asked.known, most=asked.most))
    write(asked.out, pages(rankings))
    for one in rankings:
        print(f"{one.assignment}: {len(one.documents)} submissions compared")
    print(f"to look at; nothing is decided: {asked.out / 'index.html'}")
    return 0
