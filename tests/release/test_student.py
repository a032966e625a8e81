"""The student repository works by its own README, elsewhere and without ours."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from autograder.catalog import read_catalog
from autograder.release.edition import edition
from autograder.release.placing import place
from autograder.release.publish import rendered
from autograder.release.student import version

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def files():
    """Every file of a release of the course."""
    catalog = read_catalog(ROOT / "solutions")
    return edition(catalog, rendered(catalog))


@pytest.fixture(scope="module")
def student(files):
    """Files of the student repository, by their names in it."""
    return {
        name.removeprefix("student/"): content
        for name, content in files.items()
        if name.startswith("student/")
    }


@pytest.fixture(scope="module")
def project(student):
    return tomllib.loads(student["pyproject.toml"].decode())


@pytest.fixture(scope="module")
def ours():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def elsewhere(files, tmp_path_factory):
    """The student repository, out of its zip, with nothing of ours around it."""
    folder = tmp_path_factory.mktemp("elsewhere")
    place(files, folder / "release", lambda _: None)
    with zipfile.ZipFile(folder / "release" / "student.zip") as archive:
        archive.extractall(folder)
    shutil.rmtree(folder / "release")
    return folder / "student"


def run(folder, *arguments):
    """What Python says in the student repository; it finds that engine, not ours."""
    environment = os.environ | {"PYTHONPATH": str(folder), "LANG": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-B", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def test_engine_there_is_its_own(elsewhere):
    done = run(elsewhere, "-c", "import autograder; print(autograder.__file__)")

    assert Path(done.stdout.strip()).is_relative_to(elsewhere), done.stderr


def test_stubs_are_not_attempted_there(elsewhere):
    is_installed = any(e.name == "autograder" for e in entry_points(group="pytest11"))
    plugin = () if is_installed else ("-p", "autograder.plugin")

    done = run(elsewhere, "-m", "pytest", *plugin, "assignments/", "-q")

    assert re.search(r"^\d+ not attempted in", done.stdout, re.MULTILINE), (
        done.stdout + done.stderr
    )
    assert not re.search(r"\d (passed|failed|error|warning)", done.stdout)


def test_an_assignment_is_packed_there(elsewhere, tmp_path):
    asked = ("pack", "assignments/a2_collator", "--out", tmp_path / "mine.zip")

    done = run(elsewhere, "-m", "autograder", *asked)

    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "mine.zip") as archive:
        assert archive.namelist() == ["a2_collator/collator.py"]


@pytest.mark.parametrize("command", ["grade --help", "doctor"])
def test_other_commands_start_there(elsewhere, command):
    done = run(elsewhere, "-m", "autograder", *command.split())

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("document", ["README.md", "README.zh.md"])
def test_readme_says_the_two_commands(student, document):
    blocks = re.findall(r"```sh\n(.*?)```", student[document].decode(), re.DOTALL)

    assert blocks == ["pip install -e .\npytest assignments/\n"]


@pytest.mark.parametrize("document", ["README.md", "README.zh.md"])
def test_readme_links_only_to_what_is_there(student, document):
    links = re.findall(r"\]\(([^)]*)\)", student[document].decode())

    assert links
    assert set(links) <= student.keys()


@pytest.mark.parametrize(
    "name", [*("AGENTS.md", "README.md", "README.zh.md"), "pyproject.toml"]
)
def test_no_document_has_an_unfilled_place(student, name):
    assert "$" not in student[name].decode()


def test_project_needs_what_students_need_within_our_bounds(project, ours):
    assert project["project"]["dependencies"] == ours["project"]["dependencies"]
    assert "optional-dependencies" not in project["project"]


@pytest.mark.parametrize(
    "key", ["requires-python", "license", "scripts", "entry-points"]
)
def test_project_says_of_itself_what_ours_says(project, ours, key):
    assert project["project"][key] == ours["project"][key]


def test_project_is_built_as_ours_is(project, ours):
    assert project["build-system"] == ours["build-system"]
    assert project["tool"]["hatch"] == ours["tool"]["hatch"]


@pytest.mark.parametrize(
    ("release", "expected"),
    [("2026-fall", "1.0+2026.fall"), ("Spring 2", "1.0+spring.2"), ("秋", "1.0")],
    ids=["term", "words", "nothing_that_a_version_may_have"],
)
def test_version_is_labelled_by_the_release(release, expected):
    assert version("1.0", release) == expected


def test_nothing_private_is_a_folder_of_it(student):
    tops = {name.split("/")[0] for name in student}

    assert tops == {
        *("assignments", "autograder", "constraints.txt", "pyproject.toml"),
        *("README.md", "README.zh.md", "AGENTS.md", ".gitignore"),
    }


def test_no_file_names_where_it_was_made(student):
    home = str(ROOT).encode()

    assert [name for name, content in student.items() if home in content] == []


def test_release_outside_of_a_checkout_names_what_is_missing(write_catalog, tmp_path):
    write_catalog(tmp_path / "solutions")
    without = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "autograder", tmp_path / "autograder", ignore=without)

    done = run(tmp_path, "-m", "autograder", "release", "--out", "out")

    assert done.returncode == 2
    assert f"there is no {tmp_path / 'constraints.txt'}" in done.stderr
