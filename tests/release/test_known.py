import pytest

from autograder.errors import CatalogError
from autograder.release import known


@pytest.fixture
def apart(write_catalog, tmp_path):
    """The small assignment, its mistakes in a folder by part."""
    assignment = write_catalog(tmp_path)["a1_tiny"]
    folder = assignment.folder / "mistakes"
    folder.mkdir()
    (assignment.folder / "mistakes.py").rename(folder / "adder.py")
    return assignment


def test_mistakes_may_lie_apart_by_part(apart):
    names = [mistake.name for mistake in known.mistakes(apart)]

    assert names == ["subtracts", "does_not_double"]


def test_mistakes_of_two_files_share_no_name(apart):
    folder = apart.folder / "mistakes"
    (folder.parent / "mistakes.py").write_bytes((folder / "adder.py").read_bytes())

    with pytest.raises(CatalogError, match="two mistakes are named"):
        known.mistakes(apart)


def test_assignment_without_mistakes_is_named(apart):
    (apart.folder / "mistakes" / "adder.py").unlink()

    with pytest.raises(CatalogError, match=r"a1_tiny has no mistakes\.py"):
        known.mistakes(apart)
