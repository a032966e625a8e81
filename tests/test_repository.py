"""The repository keeps its own promises: fresh release, proved checks, true README."""

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from autograder.catalog import read_catalog
from autograder.lessons import Lesson, read_lessons
from autograder.release.publish import rendered, stale

ROOT = Path(__file__).parent.parent
CATALOG = read_catalog(ROOT / "solutions")
BIN = Path(sys.executable).parent
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "assignments/README.md"]


def commands(document):
    """Every command of the document's shell blocks, comments left out."""
    text = (ROOT / document).read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = "".join(blocks).splitlines()
    return [line.split("  #")[0].strip() for line in lines if line.strip()]


COMMANDS = sorted(
    {
        command
        for document in DOCUMENTS
        for command in commands(document)
        # Every assignment is verified by a test of its own.
        if not command.startswith("autograder verify")
    }
)


def run(command):
    """Run a command with the environment's programs first on the path."""
    environment = os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"}
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )


def test_assignments_are_what_solutions_say():
    files = rendered(CATALOG)

    names = stale(files, ROOT / "assignments")

    assert names == []


@pytest.mark.parametrize(
    ("folder", "name"),
    [(a.folder, check.name) for a in CATALOG for check in a.checks],
    ids=[f"{a.id}/{check.name}" for a in CATALOG for check in a.checks],
)
def test_check_has_its_chinese_words_and_its_hints(folder, name):
    lesson = read_lessons(folder).get(name, Lesson())

    missing = [f.name for f in fields(lesson) if not getattr(lesson, f.name).strip()]

    assert missing == []


def test_public_checks_pass_on_the_reference():
    done = run([BIN / "pytest", "assignments/", "--submission", "solutions", "-q"])

    assert done.returncode == 0, done.stdout


def test_stubs_are_not_attempted_and_show_no_traceback():
    done = run([BIN / "pytest", "assignments/", "-q"])

    assert re.search(r"^\d+ not attempted in", done.stdout, re.MULTILINE), done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize("assignment", [a.id for a in CATALOG])
def test_checks_of_an_assignment_are_proved_by_a_sample(assignment):
    # All of its mistakes take minutes: `autograder verify` tries them before a release.
    done = run(
        [BIN / "autograder", "verify", assignment, "--sample", "8", "--jobs", "1"]
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_table_of_attacks_has_every_attack():
    table = (ROOT / "docs" / "attacks.md").read_text(encoding="utf-8")
    hung = (ROOT / "tests" / "submissions").glob("*/attack_*.py")

    told = re.findall(r"^\| (attack_\w+)", table, re.MULTILINE)

    assert sorted(told) == sorted(file.stem for file in hung)


@pytest.mark.parametrize("command", COMMANDS)
def test_command_of_a_document_works(command, tmp_path):
    done = run(["bash", "-c", runnable(command, tmp_path)])

    # Checks fail on stubs, which is what a student sees first.
    on_stubs = command.startswith("pytest assignments") and "--sub" not in command
    assert done.returncode == (1 if on_stubs else 0), done.stdout + done.stderr


def runnable(command, folder):
    """The command with its results in `folder`, and not one that never ends.

    What would set up this environment again says only what it would do, and so does
    `make test`, which is running.
    """
    command = command.replace("build/", f"{folder}/").replace(".venv", f"{folder}/v")
    if re.match(r"autograder (diff|override|report) ", command):
        # A stub is graded fast, and has a gradebook like everybody.
        stub = f"cp assignments/a2_collator/collator.py {folder}/correct.py"
        graded = f"autograder grade {folder}/correct.py --assignment a2_collator"
        graded += f" --out {folder}/demo"
        command = f"{stub} && {graded} && {graded} --no-cache && {command}"
    match command.split():
        case ["make", *_]:
            return f"{command} --dry-run"
        case ["pip", "install", *_]:
            return f"python -m {command} --dry-run"
        case ["pytest"]:
            return "pytest --collect-only tests/kit"
        case ["autograder", "pack", *_]:
            command += f" --out {folder}/packed.zip"
        case [".", *_]:
            return f"python -m venv --without-pip {folder}/v && {command}"
        case ["otter", *_]:
            return (
                f"autograder bundle a2_collator --out {folder}/dist"
                f" && python -m zipfile -c {folder}/submission.zip"
                " solutions/a2_collator/collator.py"
                f" && mkdir {folder}/otter && {command}"
            )
    return command.removesuffix(" --pdb")  # a debugger waits for somebody
