import os

import pytest

from autograder.worker.removal import remove


def nested(folder, depth):
    """A folder below itself, deeper than any path may be long."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("deeper", dir_fd=here)
        below = os.open("deeper", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


def test_folder_deeper_than_python_recurses_is_removed(tmp_path):
    folder = tmp_path / "scratch"
    folder.mkdir()
    nested(folder, 3000)

    remove(folder)

    assert not folder.exists()


@pytest.mark.parametrize("name", [b"\xff\xfe", b"-rf", b" ", b"a\nb"])
def test_folder_with_a_strange_name_inside_is_removed(tmp_path, name):
    folder = tmp_path / "scratch"
    (folder / os.fsdecode(name) / os.fsdecode(name)).mkdir(parents=True)

    remove(folder)

    assert not folder.exists()


def test_folder_that_nobody_may_open_is_removed(tmp_path):
    folder = tmp_path / "scratch"
    (folder / "closed" / "inside").mkdir(parents=True)
    (folder / "closed").chmod(0)

    remove(folder)

    assert not folder.exists()


def test_what_a_link_points_to_stays(tmp_path):
    folder, other = tmp_path / "scratch", tmp_path / "other"
    folder.mkdir()
    other.mkdir()
    (other / "file").touch()
    (folder / "link").symlink_to(other)

    remove(folder)

    assert not folder.exists()
    assert (other / "file").exists()


def test_folder_that_is_gone_is_no_error(tmp_path):
    remove(tmp_path / "gone")

    assert not (tmp_path / "gone").exists()
