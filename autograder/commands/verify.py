"""Proves the checks: reference, stub, mistakes and accepted variants."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from autograder.commands.around import catalog_of, isolation_of
from autograder.errors import GateError
from autograder.executors.local import LocalExecutor
from autograder.intake import Work
from autograder.live import shown
from autograder.model import Report
from autograder.release import verify
from autograder.table import aligned


def run(asked: argparse.Namespace) -> int:
    """Proves the checks, and prints what each case came to."""
    catalog = catalog_of(asked).on(asked.device)
    isolation = isolation_of(asked)
    wrong: list[str] = []
    release = catalog.release
    with LocalExecutor(isolation, release=release, jobs=asked.jobs) as executor:

        def grade(works: list[Work]) -> Iterator[Report]:
            names = [f"{work.assignment.id}/{work.submission.name}" for work in works]
            return shown(executor.map(works), names, jobs=asked.jobs, say=_say)

        for name in asked.assignments or list(catalog.assignments):
            assignment = catalog[name]
            proofs = list(verify.prove(assignment, grade, asked.sample))
            print(f"{assignment.id}: {assignment.title}")
            for line in aligned(verify.matrix(proofs)):
                print(f"  {line}")
            if asked.sample is None:
                wrong += verify.problems(assignment, proofs)
            else:
                wrong += verify.broken(proofs)
            print(f"  {verify.summary(proofs)}")
    if wrong:
        raise GateError("\n".join(["the checks are not proved:", *wrong]))
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
