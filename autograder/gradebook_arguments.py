"""What a gradebook's commands may be asked; `autograder.arguments` has the others."""

from __future__ import annotations

import argparse
from pathlib import Path

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
    "site",
)
KEEPS = ("latest", "best", "all")


def add_regrade(grade: argparse.ArgumentParser) -> None:
    """What of `grade` is about what the gradebook has already."""
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
        type=positive,
        default=1,
        metavar="N",
        help="run every check N times, to find those that are flaky",
    )
    _add_policy(grade)
    _add_language(grade)


def _add_language(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--lang",
        choices=("en", "zh"),
        metavar="LANG",
        help="language of the site's pages for those who teach: en or zh"
        " (default: as LANG says)",
    )


def _add_policy(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--policy",
        type=Path,
        metavar="FILE.toml",
        help="rules of the score instead of those of the assignments",
    )


def add_report(report: argparse.ArgumentParser) -> None:
    """What `report` takes."""
    _add_folder(report)
    _add_policy(report)
    _add_language(report)
    report.add_argument(
        "--format",
        action="append",
        choices=FORMATS,
        metavar="NAME",
        help=f"one of {', '.join(FORMATS)} (default: all)",
    )
    report.add_argument(
        "--run", type=positive, metavar="RUN", help="default: the last one"
    )
    report.add_argument(
        "--keep",
        choices=KEEPS,
        help="which grade of a student counts: the latest, the best of all runs and"
        " attempts, or each (default: as it was graded)",
    )


def add_diff(diff: argparse.ArgumentParser) -> None:
    """What `diff` takes."""
    for name in ("before", "after"):
        diff.add_argument(name, type=positive, metavar=f"RUN_{name.upper()}")
    diff.add_argument(
        "--out",
        dest="folder",
        type=Path,
        default=Path("build/grades"),
        metavar="DIR",
        help="where the gradebook lies (default: %(default)s)",
    )


def add_override(override: argparse.ArgumentParser) -> None:
    """What `override` takes."""
    _add_folder(override)
    _add_language(override)
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


def positive(text: str) -> int:
    """A whole number from 1 up."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1 up, got {text!r}")
    return int(text)
