"""Grades submissions into a gradebook."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing

from autograder.catalog import Catalog
from autograder.commands.around import catalog_of, isolation_of, works_of
from autograder.commands.pages import site_of
from autograder.durations import slowest
from autograder.errors import UsageError
from autograder.executors import Executor
from autograder.executors.chunk import Terms
from autograder.executors.local import LocalExecutor
from autograder.executors.slurm import SlurmExecutor
from autograder.gradebook.book import Book
from autograder.gradebook.outputs import ALWAYS, rendered, write
from autograder.gradebook.policy_file import read_policy
from autograder.gradebook.session import Session, Wish
from autograder.gradebook.verbs import listing
from autograder.intake import read_roster
from autograder.live import shown
from autograder.model import Verdict
from autograder.roster import Roster
from autograder.sandbox import Isolation
from autograder.table import aligned

OUR_FAULT = 3
"""Exit status where a check or a worker failed on our side."""


def run(asked: argparse.Namespace) -> int:
    """Grades submissions into a gradebook, and writes what it says."""
    if asked.slurm and asked.executor != "slurm":
        key, value = asked.slurm[0]
        raise UsageError(f"--slurm {key}={value} needs --executor slurm")
    catalog = catalog_of(asked).on(asked.device)
    assignments = [catalog[name] for name in asked.assignment or catalog.assignments]
    checks = {assignment.id: assignment.checks for assignment in catalog}
    wish = Wish(
        only=asked.only,
        cache=not asked.no_cache,
        repeat=asked.repeat,
        keep=asked.keep,
        isolation=asked.accept_isolation,
        rules=read_policy(asked.policy, checks) if asked.policy else {},
    )
    roster = read_roster(asked.roster) if asked.roster else None
    works = works_of(asked, assignments, roster)
    isolation = isolation_of(asked) if asked.executor == "local" else None
    with Book.writing(asked.out, fresh=asked.fresh) as book:
        session = Session(
            book,
            works,
            release=catalog.release,
            roster=roster or Roster(),
            wish=wish,
        )
        print(session.summary)
        _grade_left(session, catalog, isolation, asked)
        entries = book.scores()
        reports = book.reports()
        more = site_of(asked)
        write(asked.out, rendered((*ALWAYS, *more), session.run, entries, more))
    print(*listing(entries), sep="\n")
    if asked.durations is not None:
        print()
        print(*aligned(slowest(reports, asked.durations)), sep="\n")
    print(f"\ngradebook, reports and feedback: {asked.out}")
    print(f"to look at: {asked.out / 'site' / 'index.html'}")
    ours = sum(report.count(Verdict.GRADER_ERROR) for report in reports)
    if ours:
        print(f"{ours} checks failed on our side: those have no score yet")
    return OUR_FAULT if ours else 0


def _grade_left(
    session: Session,
    catalog: Catalog,
    isolation: Isolation | None,
    asked: argparse.Namespace,
) -> None:
    """Grades what the gradebook does not have yet."""

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    try:
        with (
            _executor(session, catalog, isolation, asked) as executor,
            closing(session.finished(executor.map)) as reports,
        ):
            names, running = session.names, executor.running
            for _ in shown(reports, names, jobs=asked.jobs, say=say, running=running):
                pass  # a report is in the gradebook when it comes
    except KeyboardInterrupt:
        say("autograder: what was graded is kept; the same command goes on from there")
        raise


def _executor(
    session: Session,
    catalog: Catalog,
    isolation: Isolation | None,
    asked: argparse.Namespace,
) -> Executor:
    """Where the run is graded: here, if `isolation` says how student code is confined.

    On a cluster every task finds out for itself.
    """
    if isolation is not None:
        return LocalExecutor(
            isolation, release=catalog.release, jobs=asked.jobs, repeat=asked.repeat
        )

    return SlurmExecutor(
        asked.out / "slurm" / session.run.name,
        Terms(
            catalog=catalog,
            device=asked.device,
            accepted=asked.accept_isolation,
            repeat=asked.repeat,
        ),
        options=dict(asked.slurm or ()),
        jobs=asked.jobs,
    )
