"""What the command line may be asked; `autograder.commands` do it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from autograder import __version__
from autograder.accelerator import DEVICES
from autograder.gradebook_arguments import (
    add_diff,
    add_override,
    add_regrade,
    add_report,
    positive,
)
from autograder.intake_arguments import intake
from autograder.slurm_options import FORMS, slurm_option

TIERS = ("full", "standard", "partial", "none")
EXECUTORS = ("local", "slurm")


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
    private, taken, pool = _private(), intake(), _pool()
    _add_grade(
        commands.add_parser(
            "grade",
            parents=[private, taken, pool],
            help="grade submissions into a gradebook",
        )
    )
    add_report(
        commands.add_parser(
            "report", parents=[private], help="write what a gradebook exports"
        )
    )
    _add_similarity(
        commands.add_parser(
            "similarity",
            parents=[private, taken],
            help="say which submissions share code; it decides nothing",
        )
    )
    add_diff(
        commands.add_parser("diff", help="say whose score differs between two runs")
    )
    add_override(
        commands.add_parser(
            "override", parents=[private], help="set points or remark on a grade"
        )
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
    _add_pack(
        commands.add_parser("pack", help="check a student's own parts and zip them")
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
        type=positive,
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
    options.add_argument(
        "--device",
        choices=DEVICES,
        default=DEVICES[0],
        metavar="WHERE",
        help="where student code computes: cpu, or cuda for the assignments that can be"
        " graded on a GPU (default: %(default)s)",
    )
    return options


def _add_grade(grade: argparse.ArgumentParser) -> None:
    grade.add_argument(
        "--out",
        type=Path,
        default=Path("build/grades"),
        metavar="DIR",
        help="where results go (default: %(default)s); the same command again goes on"
        " where an earlier one was ended",
    )
    add_regrade(grade)
    _add_executor(grade)
    grade.add_argument(
        "--durations",
        nargs="?",
        type=positive,
        const=10,
        metavar="N",
        help="say where the time went: the N checks that took longest (default: 10)",
    )


def _add_similarity(similarity: argparse.ArgumentParser) -> None:
    similarity.add_argument(
        "--known",
        type=Path,
        metavar="DIR",
        help="a folder of known solutions, such as public ones, to compare with",
    )
    similarity.add_argument(
        "--most",
        type=positive,
        default=50,
        metavar="N",
        help="pairs of an assignment that are shown (default: %(default)s)",
    )
    similarity.add_argument(
        "--out",
        type=Path,
        default=Path("build/similarity"),
        metavar="DIR",
        help="where pages go (default: %(default)s)",
    )


def _add_executor(grade: argparse.ArgumentParser) -> None:
    grade.add_argument(
        "--executor",
        choices=EXECUTORS,
        default="local",
        metavar="WHERE",
        help="local: processes of this machine; slurm: tasks of a cluster, --jobs at a"
        " time (default: %(default)s)",
    )
    grade.add_argument(
        "--slurm",
        action="append",
        type=slurm_option,
        metavar="KEY=VALUE",
        help=f"what each task asks of the cluster: {', '.join(FORMS)}, as sbatch has"
        " them, such as gres=gpu:1",
    )


def _add_verify(verify: argparse.ArgumentParser) -> None:
    verify.add_argument("assignments", nargs="*", metavar="ID", help="default: all")
    verify.add_argument(
        "--sample",
        type=positive,
        metavar="N",
        help="of each assignment try N mistakes only, others whenever checks change,"
        " and accepted variants only in the parts that they change",
    )


def _add_release(release: argparse.ArgumentParser) -> None:
    release.add_argument("--check", action="store_true", help="only say what is stale")
    release.add_argument(
        "--scan",
        type=Path,
        metavar="DIR",
        help="only say what of solutions/ is in DIR: in its files, archives, notebooks"
        " and in the history of its git repository",
    )
    release.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="also write the student repository, its zip and release.json there",
    )


def _add_bundle(bundle: argparse.ArgumentParser) -> None:
    bundle.add_argument("assignments", nargs="+", metavar="ID")
    bundle.add_argument("--out", type=Path, default=Path("dist"), metavar="DIR")


def _add_pack(pack: argparse.ArgumentParser) -> None:
    pack.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="an assignment's folder, or the folder of all (default: here)",
    )
    pack.add_argument(
        "--out",
        type=Path,
        metavar="FILE.zip",
        help="what to hand in (default: <assignment>.zip here)",
    )
    pack.add_argument("--assignment", metavar="ID", help="which, if DIR has several")
    pack.add_argument(
        "--lang",
        choices=("en", "zh"),
        metavar="LANG",
        help="en or zh (default: as LANG says)",
    )


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
