"""The command line: reads what was asked, calls the modules that do it, prints.

Every command is a function here and imports what it needs when it runs, so that
`autograder --help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.arguments import parser
from autograder.errors import AutograderError, GateError, UsageError

if TYPE_CHECKING:
    from autograder.catalog import Catalog
    from autograder.intake import Work
    from autograder.model import Report
    from autograder.sandbox import Isolation, Sandbox

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
    """Grades submissions into a gradebook, a report and feedback for each."""
    from autograder.feedback import feedback
    from autograder.gradebook import to_csv
    from autograder.intake import Asked, plan, read_roster, take_in
    from autograder.model import Verdict
    from autograder.report import to_json
    from autograder.sandbox import Sandbox

    catalog = _catalog(asked)
    assignments = [catalog[name] for name in asked.assignment or catalog.assignments]
    found = take_in(
        asked.paths,
        assignments,
        Asked(
            layout=asked.layout,
            keep=asked.keep,
            roster=read_roster(asked.roster) if asked.roster else None,
            due=asked.due,
            ignore=asked.out,
        ),
    )
    works = plan(found.submissions, assignments, chosen=bool(asked.assignment))
    for line in found.said:
        print(f"autograder: {line}", file=sys.stderr)
    isolation = _isolation(asked)
    reports: list[Report] = []
    with Sandbox.create(isolation) as sandbox:
        for report in _graded(works, catalog, sandbox, asked.jobs):
            name = f"{report.assignment}/{report.submission}"
            _write(asked.out / "reports" / f"{name}.json", to_json(report))
            _write(asked.out / "feedback" / f"{name}.md", feedback(report))
            reports.append(report)
    reports.sort(key=lambda report: (report.assignment, report.submission))
    _write(asked.out / "gradebook.csv", to_csv(reports))
    _print_table(reports)
    print(f"\ngradebook, reports and feedback: {asked.out}")
    ours = sum(report.count(Verdict.GRADER_ERROR) for report in reports)
    if ours:
        print(f"{ours} checks failed on our side: those have no score yet")
    return OUR_FAULT if ours else 0


def _verify(asked: argparse.Namespace) -> int:
    """Proves the checks: reference, stub, mistakes and accepted variants."""
    from autograder.release import verify
    from autograder.sandbox import Sandbox
    from autograder.table import aligned

    catalog = _catalog(asked)
    isolation = _isolation(asked)
    wrong: list[str] = []
    with Sandbox.create(isolation) as sandbox:

        def grade(works: list[Work]) -> Iterator[Report]:
            return _graded(works, catalog, sandbox, asked.jobs)

        for name in asked.assignments or list(catalog.assignments):
            assignment = catalog[name]
            proofs = list(verify.prove(assignment, grade))
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


def _graded(
    works: list[Work], catalog: Catalog, sandbox: Sandbox, jobs: int
) -> Iterator[Report]:
    from autograder.batch import grade_batch
    from autograder.official import run_checks

    reports = grade_batch(
        works,
        sandbox=sandbox,
        release=catalog.release,
        run_checks=run_checks,
        jobs=jobs,
    )
    return _with_progress(reports, len(works))


def _with_progress(reports: Iterator[Report], total: int) -> Iterator[Report]:
    """`reports` with a progress bar on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield from reports
        return
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(reports, "grading", total=total, console=console, transient=True)


def _print_table(reports: Iterable[Report]) -> None:
    from autograder.model import Verdict
    from autograder.table import aligned

    rows = [("submission", "score", "verdicts", "time", "isolation")]
    for report in reports:
        counts = ((report.count(verdict), verdict) for verdict in Verdict)
        said = ", ".join(f"{count} {verdict}" for count, verdict in counts if count)
        score = "none" if report.score is None else str(report.score)
        rows.append(
            (
                f"{report.assignment}/{report.submission}",
                f"{score} of {report.max_score}",
                said,
                f"{report.seconds:.1f} s",
                report.isolation,
            )
        )
    for line in aligned(rows):
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
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "solutions" / "release.toml").is_file():
            return folder / "solutions"
    raise UsageError(
        f"no folder solutions/ in {here} or above it: name it by --solutions DIR"
    )


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "grade": _grade,
    "verify": _verify,
    "release": _release,
    "bundle": _bundle,
    "pack": _pack,
    "doctor": _doctor,
}
