"""What a command may be asked that reads submissions."""

from __future__ import annotations

import argparse
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from autograder.gradebook_arguments import KEEPS

LAYOUTS = ("auto", "one", "class", "canvas", "moodle", "gradescope", "github")


def intake() -> argparse.ArgumentParser:
    """What every command has that reads submissions."""
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="a folder, a zip, a folder of such, or the export of a class",
    )
    options.add_argument(
        "--layout",
        choices=LAYOUTS,
        default="auto",
        metavar="NAME",
        help="what a path is: one submission, a class with an entry each, an export of"
        " canvas, moodle, gradescope or github, or auto (default: by its names)",
    )
    options.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="CSV with the columns id, name, email, group: who takes the course",
    )
    options.add_argument(
        "--due",
        type=_time,
        metavar="TIME",
        help="when it was due, such as 2026-11-30T23:59+08:00",
    )
    options.add_argument(
        "--keep",
        choices=KEEPS,
        default="latest",
        metavar="WHICH",
        help="of several submissions of a student: latest, best or all"
        " (default: %(default)s)",
    )
    options.add_argument(
        "--assignment",
        action="append",
        metavar="ID",
        help="only this one (default: all that were handed in)",
    )
    return options


def _time(text: str) -> datetime:
    with suppress(ValueError):
        time = datetime.fromisoformat(text)
        if time.tzinfo is not None:
            return time
    raise argparse.ArgumentTypeError(
        f"expected a time with its zone, such as 2026-11-30T23:59+08:00, got {text!r}"
    )
