"""The command line: reads what was asked, calls the modules that do it, prints.

Every command is a function here and imports what it needs when it runs, so that
`autograder --help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.arguments import parser
from autograder.errors import AutograderError, GateError, UsageError
from autograder.gradebook_arguments import FORMATS

if TYPE_CHECKING:
    from autograder.catalog import Assignment, Catalog
    from autograder.executors import Executor
    from autograder.gradebook.outputs import Writer
    from autograder.gradebook.session import Session
    from autograder.intake import Work
    from autograder.roster import Roster
    from autograder.sandbox import Isolation

OUR_FAULT = 3
"""Exit status where a check or a worker failed on our side."""
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status.

    0: done; 1: a gate did not pass; 2: wrong use; 3: our fault; 130: interrupted.
    """
    asked = parser().parse_args(arguments)
    # A scheduler's way to say Ctrl-C: what is begun is ended, and folders removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return COMMANDS[asked.command](asked)
    except AutograderError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("autograder: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _grade(asked: argparse.Namespace) -> int:
    """Grades submissions into a gradebook, and writes what it says."""
    from autograder.durations import slowest
    from autograder.gradebook.book import Book
    from autograder.gradebook.outputs import ALWAYS, rendered, write
    from autograder.gradebook.policy_file import read_policy
    from autograder.gradebook.session import Session, Wish
    from autograder.gradebook.verbs import listing
    from autograder.intake import read_roster
    from autograder.model import Verdict
    from autograder.roster import Roster
    from autograder.table import aligned

    if asked.slurm and asked.executor != "slurm":
        key, value = asked.slurm[0]
        raise UsageError(f"--slurm {key}={value} needs --executor slurm")
    catalog = _catalog(asked)
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
    works = _works(asked, assignments, roster)
    isolation = _isolation(asked) if asked.executor == "local" else None
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
        more = _site(asked)
        write(asked.out, rendered((*ALWAYS, *more), session.run, entries, more))
    _print(listing(entries))
    if asked.durations is not None:
        print()
        _print(aligned(slowest(reports, asked.durations)))
    print(f"\ngradebook, reports and feedback: {asked.out}")
    print(f"to look at: {asked.out / 'site' / 'index.html'}")
    ours = sum(report.count(Verdict.GRADER_ERROR) for report in reports)
    if ours:
        print(f"{ours} checks failed on our side: those have no score yet")
    return OUR_FAULT if ours else 0


def _works(
    asked: argparse.Namespace, assignments: list[Assignment], roster: Roster | None
) -> list[Work]:
    """What there is to grade; says what was found and is nobody's."""
    from autograder.intake import Asked, plan, take_in

    wanted = Asked(
        layout=asked.layout,
        keep=asked.keep,
        roster=roster,
        due=asked.due,
        ignore=asked.out,
    )
    found = take_in(asked.paths, assignments, wanted)
    for line in found.said:
        print(f"autograder: {line}", file=sys.stderr)
    return plan(found.submissions, assignments, chosen=bool(asked.assignment))


def _grade_left(
    session: Session,
    catalog: Catalog,
    isolation: Isolation | None,
    asked: argparse.Namespace,
) -> None:
    """Grades what the gradebook does not have yet."""
    from autograder.live import shown

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
    from autograder.executors.local import LocalExecutor

    if isolation is not None:
        return LocalExecutor(
            isolation, release=catalog.release, jobs=asked.jobs, repeat=asked.repeat
        )
    from autograder.executors.chunk import Terms
    from autograder.executors.slurm import SlurmExecutor

    return SlurmExecutor(
        asked.out / "slurm" / session.run.name,
        Terms(catalog=catalog, accepted=asked.accept_isolation, repeat=asked.repeat),
        options=dict(asked.slurm or ()),
        jobs=asked.jobs,
    )


def _report(asked: argparse.Namespace) -> int:
    """Writes what a gradebook exports."""
    from autograder.gradebook.verbs import report

    formats = asked.format or FORMATS
    _print(
        report(
            asked.folder,
            formats,
            run=asked.run,
            keep=asked.keep,
            policy=asked.policy,
            more=_site(asked) if "site" in formats else {},
        )
    )
    return 0


def _similarity(asked: argparse.Namespace) -> int:
    """Ranks pairs of submissions by the code that they share, for persons to look."""
    from autograder.gradebook.outputs import write
    from autograder.intake import read_roster
    from autograder.similarity.comparing import compare
    from autograder.similarity.writing import pages

    catalog = _catalog(asked)
    assignments = [catalog[name] for name in asked.assignment or catalog.assignments]
    roster = read_roster(asked.roster) if asked.roster else None
    works = _works(asked, assignments, roster)
    rankings = list(compare(works, asked.known, most=asked.most))
    write(asked.out, pages(rankings))
    for one in rankings:
        print(f"{one.assignment}: {len(one.documents)} submissions compared")
    print(f"to look at; nothing is decided: {asked.out / 'index.html'}")
    return 0


def _diff(asked: argparse.Namespace) -> int:
    """Says whose score differs between two runs, on which check and why."""
    from autograder.gradebook.verbs import diff

    _print(diff(asked.folder, asked.before, asked.after))
    return 0


def _override(asked: argparse.Namespace) -> int:
    """Adds what a person decided or remarked, and writes the results anew."""
    from autograder.gradebook.overriding import points_of
    from autograder.gradebook.verbs import override
    from autograder.score import Override

    said = Override(
        student=asked.student,
        assignment=asked.assignment,
        check=asked.check,
        points=None if asked.points is None else points_of(asked.points),
        author=asked.author,
        reason=asked.reason,
    )
    _print(override(asked.folder, said, _site(asked)))
    return 0


def _site(asked: argparse.Namespace) -> dict[str, Writer]:
    """The format `site`; with the mistakes' patches where their folder is."""
    from autograder.catalog import read_catalog
    from autograder.site.bank import read_bank
    from autograder.site.writing import site

    folder = asked.solutions or _solutions_above()
    bank = read_bank(read_catalog(folder)) if folder else {}
    return {"site": partial(site, bank=bank)}


def _verify(asked: argparse.Namespace) -> int:
    """Proves the checks: reference, stub, mistakes and accepted variants."""
    from autograder.executors.local import LocalExecutor
    from autograder.release import verify
    from autograder.table import aligned

    catalog = _catalog(asked)
    isolation = _isolation(asked)
    wrong: list[str] = []
    release = catalog.release
    with LocalExecutor(isolation, release=release, jobs=asked.jobs) as executor:
        for name in asked.assignments or list(catalog.assignments):
            assignment = catalog[name]
            proofs = list(verify.prove(assignment, executor.map))
            print(f"{assignment.id}: {assignment.title}")
            for line in aligned(verify.matrix(proofs)):
                print(f"  {line}")
            wrong += verify.problems(assignment, proofs)
            print(f"  {verify.summary(proofs)}")
    if wrong:
        raise GateError("\n".join(["the checks are not proved:", *wrong]))
    return 0


def _release(asked: argparse.Namespace) -> int:
    """Regenerates `assignments/`, or says what of it is stale."""
    from autograder.release.publish import (
        rendered,
        stale,
        write,
    )

    catalog = _catalog(asked)
    out = asked.out or catalog.root.parent / "assignments"
    files = rendered(catalog)
    if asked.check:
        if names := stale(files, out):
            raise GateError(
                f"stale in {out}: {', '.join(names)}; run `autograder release`"
            )
        print(f"{out} is what {catalog.root} says")
        return 0
    changed = write(files, out)
    print("\n".join(changed) if changed else f"nothing changed in {out}")
    return 0


def _bundle(asked: argparse.Namespace) -> int:
    """Writes an assignment's Otter zip."""
    from autograder.otter.bundle import write_bundle

    catalog = _catalog(asked)
    for name in asked.assignments:
        print(write_bundle(catalog, catalog[name], asked.out))
    return 0


def _pack(asked: argparse.Namespace) -> int:
    """Looks at a student's parts as grading will, and writes the zip to hand in."""
    from autograder.pack.examining import examine, table
    from autograder.pack.zipping import find_assignment, packed
    from autograder.wording.language import preferred, say

    language = asked.lang or preferred()
    assignment = find_assignment(asked.folder, asked.assignment)
    found = examine(assignment, language)
    print("\n".join(table(found, language)))
    content = packed(assignment, found)
    out = asked.out or Path(f"{assignment.id}.zip")
    _write_bytes(out, content)
    if any(one.has_problems for one in found):
        print(say(language, "not everything is well yet; it is packed all the same"))
    if assignment.hidden_points:
        print(
            say(
                language,
                "{assignment}: {points} more points are checked officially,"
                " on other inputs",
                assignment=assignment.id,
                points=assignment.hidden_points,
            )
        )
    print(say(language, "hand in {file}", file=out))
    return 0


def _doctor(asked: argparse.Namespace) -> int:
    """Says what this machine has: versions, isolation, accelerator."""
    from autograder.doctor import examine
    from autograder.table import aligned

    if asked.self_test:
        return _self_test(asked)
    if asked.tier or asked.only:
        raise UsageError("--tier and --only choose what --self-test runs: add it")
    for line in aligned(examine()):
        print(line)
    return 0


def _self_test(asked: argparse.Namespace) -> int:
    """Holds the contract of a worker, behaviour by behaviour."""
    from autograder.selftest.contract import chosen
    from autograder.selftest.run import Status, judge, summary

    behaviours = chosen(asked.only or "")
    found: list[Status] = []
    with judge(asked.tier) as judged:
        for behaviour in behaviours:
            result = judged.judge(behaviour)
            print(result, flush=True)
            found.append(result.status)
        print(summary(found, judged.here.tier))
    return GateError.exit_status if Status.FAILED in found else 0


def _isolation(asked: argparse.Namespace) -> Isolation:
    """What may grade; says what this machine reaches."""
    from autograder.isolation import require
    from autograder.sandbox import Isolation

    isolation = Isolation(accepted=asked.accept_isolation)
    print(require(isolation))
    return isolation


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _write(file: Path, text: str) -> None:
    """Writes `text` whole or not at all."""
    _write_bytes(file, text.encode("utf-8"))


def _write_bytes(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    new.write_bytes(content)
    new.replace(file)


def _catalog(asked: argparse.Namespace) -> Catalog:
    from autograder.catalog import read_catalog

    return read_catalog(asked.solutions or _find_solutions())


def _find_solutions() -> Path:
    if found := _solutions_above():
        return found
    raise UsageError(
        f"no folder solutions/ in {Path.cwd()} or above it: name it by --solutions DIR"
    )


def _solutions_above() -> Path | None:
    here = Path.cwd()
    folders = (folder / "solutions" for folder in (here, *here.parents))
    return next((f for f in folders if (f / "release.toml").is_file()), None)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "grade": _grade,
    "report": _report,
    "similarity": _similarity,
    "diff": _diff,
    "override": _override,
    "verify": _verify,
    "release": _release,
    "bundle": _bundle,
    "pack": _pack,
    "doctor": _doctor,
}
