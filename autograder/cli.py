"""The command line: reads what was asked, calls the modules that do it, prints.

Every command is a function here and imports what it needs when it runs, so that
`autograder --help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import __version__
from autograder.errors import AutograderError, GateError, UsageError

if TYPE_CHECKING:
    from autograder.catalog import Catalog
    from autograder.intake import Work
    from autograder.model import Report
    from autograder.sandbox import Sandbox

OUR_FAULT = 3
"""Exit status where a check or a worker failed on our side."""
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status.

    0: done; 1: a gate did not pass; 2: wrong use; 3: our fault; 130: interrupted.
    """
    asked = _parser().parse_args(arguments)
    try:
        status: int = asked.command(asked)
    except AutograderError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("autograder: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _grade(asked: argparse.Namespace) -> int:
    """Grades submissions into a gradebook, a report and feedback for each."""
    from autograder.feedback import feedback  # noqa: PLC0415 - see the first lines
    from autograder.gradebook import to_csv  # noqa: PLC0415
    from autograder.intake import find_submissions, plan  # noqa: PLC0415
    from autograder.model import Verdict  # noqa: PLC0415
    from autograder.report import to_json  # noqa: PLC0415
    from autograder.sandbox import Sandbox  # noqa: PLC0415

    catalog = _catalog(asked)
    assignments = [catalog[name] for name in asked.assignment or catalog.assignments]
    submissions = find_submissions(asked.paths, assignments)
    works = plan(submissions, assignments, chosen=bool(asked.assignment))
    reports: list[Report] = []
    with Sandbox.create() as sandbox:
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
    from autograder.release import verify  # noqa: PLC0415 - see the first lines
    from autograder.sandbox import Sandbox  # noqa: PLC0415
    from autograder.table import aligned  # noqa: PLC0415

    catalog = _catalog(asked)
    wrong: list[str] = []
    with Sandbox.create() as sandbox:

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
    from autograder.release.publish import (  # noqa: PLC0415 - see the first lines
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
    from autograder.otter.bundle import write_bundle  # noqa: PLC0415 - see above

    catalog = _catalog(asked)
    for name in asked.assignments:
        print(write_bundle(catalog, catalog[name], asked.out))
    return 0


def _doctor(_: argparse.Namespace) -> int:
    """Says what this machine has: versions, isolation, accelerator."""
    from autograder.doctor import examine  # noqa: PLC0415 - see the first lines
    from autograder.table import aligned  # noqa: PLC0415

    for line in aligned(examine()):
        print(line)
    return 0


def _graded(
    works: list[Work], catalog: Catalog, sandbox: Sandbox, jobs: int
) -> Iterator[Report]:
    from autograder.batch import grade_batch  # noqa: PLC0415 - see the first lines
    from autograder.plugin import run_checks  # noqa: PLC0415

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
    from rich.console import Console  # noqa: PLC0415 - see the first lines
    from rich.progress import track  # noqa: PLC0415

    console = Console(stderr=True)
    yield from track(reports, "grading", total=total, console=console, transient=True)


def _print_table(reports: Iterable[Report]) -> None:
    from autograder.model import Verdict  # noqa: PLC0415 - see the first lines
    from autograder.table import aligned  # noqa: PLC0415

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
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    new.write_text(text, encoding="utf-8", newline="\n")
    new.replace(file)


def _catalog(asked: argparse.Namespace) -> Catalog:
    from autograder.catalog import read_catalog  # noqa: PLC0415 - see the first lines

    return read_catalog(asked.solutions or _find_solutions())


def _find_solutions() -> Path:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "solutions" / "release.toml").is_file():
            return folder / "solutions"
    raise UsageError(
        f"no folder solutions/ in {here} or above it: name it by --solutions DIR"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograder",
        description="Grades a course's assignments and regenerates their release.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    private = argparse.ArgumentParser(add_help=False)
    private.add_argument(
        "--solutions",
        type=Path,
        metavar="DIR",
        help="the private folder (default: solutions/ here or above)",
    )
    pool = argparse.ArgumentParser(add_help=False)
    pool.add_argument(
        "--jobs",
        type=_positive,
        default=os.cpu_count() or 1,
        metavar="N",
        help="submissions graded at a time (default: %(default)s, the cores)",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    grade = commands.add_parser(
        "grade", parents=[private, pool], help="grade submissions into a gradebook"
    )
    grade.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="a folder, a zip, or a folder of such",
    )
    grade.add_argument(
        "--assignment",
        action="append",
        metavar="ID",
        help="grade for this one (default: all that were handed in)",
    )
    grade.add_argument(
        "--out",
        type=Path,
        default=Path("build/grades"),
        metavar="DIR",
        help="where results go (default: %(default)s)",
    )
    grade.set_defaults(command=_grade)

    verify = commands.add_parser(
        "verify", parents=[private, pool], help="prove an assignment's checks"
    )
    verify.add_argument("assignments", nargs="*", metavar="ID", help="default: all")
    verify.set_defaults(command=_verify)

    release = commands.add_parser(
        "release", parents=[private], help="regenerate assignments/ from solutions/"
    )
    release.add_argument("--check", action="store_true", help="only say what is stale")
    release.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="default: assignments/ beside solutions/",
    )
    release.set_defaults(command=_release)

    bundle = commands.add_parser(
        "bundle", parents=[private], help="write an assignment's Otter zip"
    )
    bundle.add_argument("assignments", nargs="+", metavar="ID")
    bundle.add_argument("--out", type=Path, default=Path("dist"), metavar="DIR")
    bundle.set_defaults(command=_bundle)

    doctor = commands.add_parser("doctor", help="say what this machine has")
    doctor.set_defaults(command=_doctor)
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1 up, got {text!r}")
    return int(text)
