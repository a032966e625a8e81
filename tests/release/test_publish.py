import shutil

import pytest

from autograder.errors import CatalogError
from autograder.release.publish import rendered, stale, write


@pytest.fixture
def fresh(catalog, tmp_path):
    """What a release should be, and a folder that is so."""
    files = rendered(catalog)
    write(files, tmp_path)
    return files, tmp_path


def test_release_holds_what_students_need_and_no_more(catalog):
    assert sorted(rendered(catalog)) == [
        "README.md",
        "README.zh.md",
        "a1_tiny/README.md",
        "a1_tiny/README.zh.md",
        "a1_tiny/adder.py",
        "a1_tiny/assignment.toml",
        "a1_tiny/interface.toml",
        "a1_tiny/test_adder.py",
    ]


def test_release_tells_nothing_that_is_private(catalog):
    text = b"\n".join(rendered(catalog).values()).decode()

    assert "a + b" not in text
    assert "test_adds_anything" not in text
    assert "open" not in text  # the secret
    assert "seconds" not in text


def test_public_checks_are_published_byte_for_byte(catalog, tiny):
    source = tiny.folder / "public" / "test_adder.py"

    assert rendered(catalog)["a1_tiny/test_adder.py"] == source.read_bytes()


def test_program_for_all_assignments_is_published_byte_for_byte(catalog):
    program = catalog.root / "play.py"
    program.write_text('"""Play."""\n', encoding="utf-8")

    files = rendered(catalog)

    program.unlink()
    assert files["play.py"] == b'"""Play."""\n'


def test_release_says_how_many_points_are_hidden(catalog):
    assert b"hidden_points = 5\n" in rendered(catalog)["a1_tiny/assignment.toml"]


def test_listing_names_every_assignment_with_its_points(catalog):
    assert "[a1_tiny](a1_tiny/README.md): Sums | 6 |" in (
        rendered(catalog)["README.md"].decode()
    )


def test_rendering_twice_gives_the_same_bytes(catalog):
    assert rendered(catalog) == rendered(catalog)


def test_what_was_written_is_fresh(fresh):
    assert stale(*fresh) == []


def test_writing_again_changes_nothing(fresh):
    assert write(*fresh) == []


def test_changed_file_is_stale(fresh):
    files, folder = fresh
    (folder / "a1_tiny" / "adder.py").write_bytes(files["a1_tiny/adder.py"] + b"\n")

    assert stale(files, folder) == ["a1_tiny/adder.py"]


def test_line_ends_count(fresh):
    files, folder = fresh
    changed = files["README.md"].replace(b"\n", b"\r\n")
    (folder / "README.md").write_bytes(changed)

    assert stale(files, folder) == ["README.md"]


def test_missing_file_is_stale(fresh):
    files, folder = fresh
    (folder / "README.md").unlink()

    assert stale(files, folder) == ["README.md"]


@pytest.mark.parametrize(
    "name", ["notes.txt", "a1_tiny/mistakes.py", "a9_gone/adder.py", ".hidden"]
)
def test_extra_file_is_stale_and_is_taken_away(fresh, name):
    files, folder = fresh
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("x")
    assert stale(files, folder) == [name]

    assert write(files, folder) == [name]

    assert not (folder / name).exists()


def test_byte_code_is_not_stale(fresh):
    files, folder = fresh
    cache = folder / "a1_tiny" / "__pycache__"
    cache.mkdir()
    (cache / "adder.cpython-311.pyc").write_bytes(b"")

    assert stale(files, folder) == []


def test_folder_that_is_not_there_is_wholly_stale(fresh):
    files, folder = fresh
    shutil.rmtree(folder)

    assert stale(files, folder) == sorted(files)


def test_folder_that_is_called_like_byte_code_is_looked_into(catalog, tmp_path):
    folder = tmp_path / "__pycache__" / "assignments"
    files = rendered(catalog)
    write(files, folder)
    (folder / "extra").write_text("x")

    assert stale(files, folder) == ["extra"]


@pytest.mark.parametrize(
    "name", ["handout.md", "a1_tiny/handout.zh.md", "a1_tiny/public/test_adder.py"]
)
def test_missing_source_is_named(write_catalog, tmp_path, name):
    catalog = write_catalog(tmp_path)
    (tmp_path / name).unlink()

    with pytest.raises(CatalogError, match=name.replace(".", r"\.")):
        rendered(catalog)
