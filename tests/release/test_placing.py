import shutil

import pytest

from autograder.errors import GateError, UsageError
from autograder.release.edition import edition
from autograder.release.placing import place
from autograder.release.publish import rendered, stale


@pytest.fixture(scope="module")
def files(catalog):
    """Every file of a release."""
    return edition(catalog, rendered(catalog))


@pytest.fixture
def out(tmp_path):
    """A folder for releases that is not there yet."""
    return tmp_path / "build" / "release"


@pytest.fixture
def placed(files, out):
    """A folder with a release."""
    place(files, out, accept)
    return out


def accept(_):
    """Let every release pass."""


def refuse(folder):
    raise GateError(f"{folder} is refused")


def test_release_is_placed_whole(files, placed):
    assert stale(files, placed) == []


def test_release_is_placed_over_an_older_one(files, placed):
    newer = files | {"student/assignments/new.md": b"new\n"}

    place(newer, placed, accept)

    assert stale(newer, placed) == []


def test_release_is_placed_into_an_empty_folder(files, out):
    out.mkdir(parents=True)

    place(files, out, accept)

    assert stale(files, out) == []


def test_what_is_inspected_is_the_release_before_it_is_in_place(files, out):
    seen = []

    place(files, out, lambda new: seen.append((stale(files, new), out.exists())))

    assert seen == [([], False)]


def test_refused_release_leaves_the_older_one_and_nothing_else(files, placed):
    with pytest.raises(GateError):
        place({"student.zip": b"new"}, placed, refuse)

    assert stale(files, placed) == []
    assert list(placed.parent.iterdir()) == [placed]


def test_byte_code_beside_a_release_is_not_kept(files, placed):
    cache = placed / "student" / "autograder" / "__pycache__"
    cache.mkdir()
    (cache / "batch.cpython-311.pyc").write_bytes(b"")

    place(files, placed, accept)

    assert not cache.exists()


@pytest.mark.parametrize(
    "name", ["notes.txt", "student/.git/HEAD", "student/README.md", "solutions/x.py"]
)
def test_what_no_release_wrote_is_not_replaced(files, placed, name):
    file = placed / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine")

    with pytest.raises(UsageError, match=f"no release wrote, such as {name}"):
        place(files, placed, accept)

    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    "text", [None, "no json", "[]", '{"schema": "autograder.report/3"}']
)
def test_folder_that_is_no_release_is_refused(files, out, text):
    out.mkdir(parents=True)
    (out / "thesis.tex").write_text("mine")
    if text is not None:
        (out / "release.json").write_text(text)

    with pytest.raises(UsageError, match=f"{out} is neither empty nor a release"):
        place(files, out, accept)

    assert (out / "thesis.tex").read_text() == "mine"


def test_file_is_refused_as_a_place(files, placed):
    shutil.rmtree(placed)
    placed.write_text("mine")

    with pytest.raises(UsageError, match=f"expected a folder, got the file {placed}"):
        place(files, placed, accept)
