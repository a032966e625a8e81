"""What the command line may be asked; `autograder.cli` does it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from autograder import __version__

TIERS = ("full", "standard", "partial", "none")
FORMATS = (
    "csv",
    "reports",
    "feedback",
    "canvas",
    "moodle",
    "gradescope",
    "results",
    "junit",
    "ctrf",
    "github",
    "json",
)
KEEPS = ("latest", "best", "all")


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; the chosen one's name is in `command`."""
    top = argparse.ArgumentParser(
        prog="autograder",
        description="Grades a course's assignments and regenerates their release.",
    )
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(
        title="commands", metavar="COMMAND", dest="command", required=True
    )
    private, pool = _private(), _pool()
    _add_grade(
        commands.add_parser(
            "grade", parents=[private, pool], help="grade submissions into a gradebook"
        )
    )
    _add_report(commands.add_parser("report", help="write what a gradebook exports"))
    _add_diff(
        commands.add_parser("diff", help="say whose score differs between two runs")
    )
    _add_override(
        commands.add_parser("override", help="set points or remark on a grade")
    )
    _add_verify(
        commands.add_parser(
            "verify", parents=[private, pool], help="prove an assignment's checks"
        )
    )
    _add_release(
        commands.add_parser(
            "release", parents=[private], help="regenerate assignments/ from solutions/"
        )
    )
    _add_bundle(
        commands.add_parser(
            "bundle", parents=[private], help="write an assignment's Otter zip"
        )
    )
    _add_doctor(commands.add_parser("doctor", help="say what this machine has"))
    return top


def _private() -> argparse.ArgumentParser:
    """What every command has that reads the private folder."""
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "--solutions",
        type=Path,
        metavar="DIR",
        help="the private folder (default: solutions/ here or above)",
    )
    return options


def _pool() -> argparse.ArgumentParser:
    """What every command has that grades."""
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "--jobs",
        type=_positive,
        default=os.cpu_count() or 1,
        metavar="N",
        help="submissions graded at a time (default: %(default)s, the cores)",
    )
    options.add_argument(
        "--accept-isolation",
        choices=TIERS,
        default="standard",
        metavar="TIER",
        help="grade from this tier up: full, standard, partial or none"
        " (default: %(default)s); reports say which it was",
    )
    return options


def _add_grade(grade: argparse.ArgumentParser) -> None:
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
        help="where results go (default: %(default)s); the same command again goes on"
        " where an earlier one was ended",
    )
    grade.add_argument(
        "--fresh",
        action="store_true",
        help="begin a new gradebook; the old one is kept under another name",
    )
    grade.add_argument(
        "--only",
        default="",
        metavar="WHAT",
        help="grade again, and take the rest over from the last run: failed,"
        " changed, student=ID, or check=NAME (whoever did not pass it)",
    )
    grade.add_argument(
        "--no-cache",
        action="store_true",
        help="grade also what was graded before, and what is identical",
    )
    grade.add_argument(
        "--repeat",
        type=_positive,
        default=1,
        metavar="N",
        help="run every check N times, to find those that are flaky",
    )
    _add_policy(grade)


def _add_policy(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--policy",
        type=Path,
        metavar="FILE.toml",
        help="rules of the score instead of those of the assignments",
    )


def _add_report(report: argparse.ArgumentParser) -> None:
    _add_folder(report)
    _add_policy(report)
    report.add_argument(
        "--format",
        action="append",
        choices=FORMATS,
        metavar="NAME",
        help=f"one of {', '.join(FORMATS)} (default: all)",
    )
    report.add_argument(
        "--run", type=_positive, metavar="RUN", help="default: the last one"
    )
    report.add_argument(
        "--keep",
        choices=KEEPS,
        help="which grade of a student counts: the latest, the best of all runs and"
        " attempts, or each (default: as it was graded)",
    )


def _add_diff(diff: argparse.ArgumentParser) -> None:
    for name in ("before", "after"):
        diff.add_argument(name, type=_positive, metavar=f"RUN_{name.upper()}")
    diff.add_argument(
        "--out",
        dest="folder",
        type=Path,
        default=Path("build/grades"),
        metavar="DIR",
        help="where the gradebook lies (default: %(default)s)",
    )


def _add_override(override: argparse.ArgumentParser) -> None:
    _add_folder(override)
    for name, text in {
        "student": "whose grade",
        "assignment": "of which assignment",
        "author": "who decides",
        "reason": "why; the student reads it",
    }.items():
        override.add_argument(f"--{name}", required=True, help=text)
    override.add_argument(
        "--check", default="", help="the check that it is about (default: the score)"
    )
    override.add_argument(
        "--points", metavar="P", help="points instead (default: only a comment)"
    )


def _add_folder(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "folder", type=Path, metavar="DIR", help="where `grade --out` wrote"
    )


def _add_verify(verify: argparse.ArgumentParser) -> None:
    verify.add_argument("assignments", nargs="*", metavar="ID", help="default: all")


def _add_release(release: argparse.ArgumentParser) -> None:
    release.add_argument("--check", action="store_true", help="only say what is stale")
    release.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="default: assignments/ beside solutions/",
    )


def _add_bundle(bundle: argparse.ArgumentParser) -> None:
    bundle.add_argument("assignments", nargs="+", metavar="ID")
    bundle.add_argument("--out", type=Path, default=Path("dist"), metavar="DIR")


def _add_doctor(doctor: argparse.ArgumentParser) -> None:
    doctor.add_argument(
        "--self-test",
        action="store_true",
        help="run the contract of a worker: what student code may and may not do here",
    )
    doctor.add_argument(
        "--tier",
        choices=TIERS,
        metavar="TIER",
        help="with --self-test: hold the contract of this tier: full, standard, partial"
        " or none (default: the highest that this machine reaches)",
    )
    doctor.add_argument(
        "--only",
        metavar="TEXT",
        help="with --self-test: only behaviours with TEXT in their name",
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1 up, got {text!r}")
    return int(text)
