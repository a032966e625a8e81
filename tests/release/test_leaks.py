"""Whatever is private is found wherever it hides, and its place is named."""

import io
import json
import subprocess
import tarfile
import zipfile

import pytest

from autograder.release.leaks import leaks, private
from autograder.release.publish import rendered
from autograder.release.published import contents

LINE = "    return [number * 2 + 1 for number in numbers if number > 0]"
REFERENCE = f'''\
"""Numbers."""


def odd(numbers):
    """Return odd numbers."""
{LINE}
'''


@pytest.fixture
def course(write_catalog, tmp_path):
    """A course whose reference has one statement that is worth hiding."""
    return write_catalog(tmp_path / "solutions", **{"{id}/adder.py": REFERENCE})


@pytest.fixture
def found(course):
    """What is said of one file."""

    def said(name, content):
        content = content if isinstance(content, bytes) else content.encode()
        return [str(leak) for leak in leaks([(name, content)], private(course))]

    return said


def zipped(name, content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def tarred(name, content):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content.encode()))
    return file.getvalue()


NOTEBOOK = json.dumps(
    {"cells": [{"outputs": [{"text": ["def odd(numbers):\n", f"{LINE}\n"]}]}]}
)
PLACES = {
    "code": ("a.py", f"def mine(numbers):\n{LINE}\n", "a.py"),
    "a docstring": ("a.py", f'"""So:\n\n    >>> {LINE.strip()}\n"""', "a.py"),
    "a comment": ("a.py", f"# {LINE.strip()}", "a.py"),
    "another layout": ("a.py", LINE.replace(" if", "\n        if"), "a.py"),
    "a handout": ("a.md", f"```python\n{LINE}\n```\n", "a.md"),
    "the output of a notebook": ("a.ipynb", NOTEBOOK, "a.ipynb"),
    "a zip": ("a.whl", zipped("x/y.py", LINE), "a.whl/x/y.py"),
    "a zip in a zip": (
        "a.zip",
        zipped("b.zip", zipped("y.py", LINE)),
        "a.zip/b.zip/y.py",
    ),
    "a compressed tar": ("a.tgz", tarred("y.py", LINE), "a.tgz/y.py"),
}


@pytest.mark.parametrize(("name", "content", "place"), PLACES.values(), ids=PLACES)
def test_statement_of_a_reference_is_found_in(name, content, place, found):
    assert found(name, content) == [
        f"{place}: a statement of the reference, a1_tiny/adder.py:6"
    ]


def test_name_of_a_hidden_check_is_found(found):
    assert found("a.md", "see `test_doubles`") == [
        "a.md: the name of a hidden check, adder/test_doubles"
    ]


def test_secret_of_the_release_is_found(found):
    assert found("a.toml", 'secret = "open"') == ["a.toml: the release's secret"]


def test_compiled_file_is_not_published(found):
    assert found("__pycache__/a.cpython-311.pyc", b"\0") == [
        "__pycache__/a.cpython-311.pyc: a compiled file, which nobody can read"
    ]


@pytest.mark.parametrize(
    ("place", "folder"),
    [
        ("solutions/a.md", "solutions"),
        ("course/solutions/a1/mistakes.py", "solutions"),
        ("tests/submissions/a.py", "tests/submissions"),
        (".git 0123456789ab solutions/a.md", "solutions"),
    ],
    ids=["at_the_top", "deeper", "the_museum", "history"],
)
def test_file_of_a_private_folder_is_found_whatever_it_says(place, folder, found):
    assert found(place, "x") == [f"{place}: a file of {folder}/, which never leaves"]


@pytest.mark.parametrize(
    "place", ["my_solutions/a.md", "solutions.md", "tests/a.py", "submissions/a.py"]
)
def test_file_of_a_folder_with_a_similar_name_is_no_leak(place, found):
    assert found(place, "x") == []


def test_archive_that_cannot_be_read_is_not_published(found):
    assert found("a.tgz", b"\x1f\x8b and so on") == [
        "a.tgz: an archive that cannot be read"
    ]


@pytest.mark.parametrize(
    "harmless",
    [
        "return [number * 2 + 1 for number in numbers]",
        "def odd(numbers):",
        "[number for number in numbers if number > 0]",
    ],
    ids=["another_statement", "signature", "piece_of_it"],
)
def test_what_is_not_the_statement_is_no_leak(harmless, found):
    assert found("a.py", harmless) == []


def test_release_gives_nothing_away(course):
    assert list(leaks(rendered(course).items(), private(course))) == []


def git(folder, *arguments):
    subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@y", *arguments],  # noqa: S607 - whichever is there
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(tmp_path):
    """A repository whose first commit has what the second one takes out."""
    folder = tmp_path / "public"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "a.py").write_text(LINE)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "x")
    (folder / "a.py").write_text("pass\n")
    git(folder, "commit", "--quiet", "-am", "y")
    return folder


def test_statement_in_an_old_commit_is_found(repository, course):
    [leak] = leaks(contents(repository), private(course))

    assert leak.place.startswith(".git ")
    assert leak.place.endswith(" a.py")


def test_folder_without_a_history_is_its_files(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.py").write_text("pass")

    assert list(contents(tmp_path)) == [("x/a.py", b"pass")]
