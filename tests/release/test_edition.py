"""What a release says of itself, and what it keeps to itself."""

import io
import json
import zipfile
from hashlib import sha256

import pytest

from autograder import __version__
from autograder.errors import GateError
from autograder.provenance import provenance
from autograder.release.edition import edition
from autograder.release.publish import rendered


@pytest.fixture(scope="module")
def files(catalog):
    return edition(catalog, rendered(catalog))


@pytest.fixture(scope="module")
def said(files):
    """What `release.json` says."""
    return json.loads(files["release.json"])


@pytest.fixture(scope="module")
def student(files):
    """Files of the student repository, by their names in it."""
    return {
        name.removeprefix("student/"): content
        for name, content in files.items()
        if name.startswith("student/")
    }


def test_release_is_a_repository_its_zip_and_its_manifest(files, student):
    rest = files.keys() - {f"student/{name}" for name in student}

    assert rest == {"student.zip", "release.json"}


def test_releasing_twice_gives_the_same_bytes(catalog, files):
    assert edition(catalog, rendered(catalog)) == files


def test_zip_holds_the_student_repository_in_one_folder(files, student):
    with zipfile.ZipFile(io.BytesIO(files["student.zip"])) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}

    assert found == {f"student/{name}": content for name, content in student.items()}


def test_zip_has_fixed_times_and_order(files):
    with zipfile.ZipFile(io.BytesIO(files["student.zip"])) as archive:
        names, times = archive.namelist(), {m.date_time for m in archive.infolist()}

    assert names == sorted(names)
    assert times == {(1980, 1, 1, 0, 0, 0)}


def test_manifest_names_schema_release_and_version(said):
    found = said["schema"], said["release"], said["version"]

    assert found == ("autograder.release/1", "test-release", __version__)


def test_manifest_says_points_and_hides_the_names_of_hidden_checks(files, said):
    [found] = said["assignments"].values()

    assert (found["points"], found["hidden_points"]) == (6, 5)
    assert found["public_checks"] == {"adder/test_adds_small_numbers": 1}
    assert b"test_doubles" not in files["release.json"]


def test_manifest_has_the_digests_that_reports_have(catalog, tiny, said):
    reported = provenance(tiny, catalog.release)

    assert said["seed_digest"] == reported.seed_digest
    assert said["assignments"][tiny.id]["checks_digest"] == reported.checks_digest


def test_manifest_has_the_digest_of_every_file_of_the_repository(said, student):
    expected = {name: sha256(content).hexdigest() for name, content in student.items()}

    assert said["files"] == expected


def test_assignments_that_not_every_system_can_hold_are_refused(catalog):
    with pytest.raises(GateError, match=r"assignments/aux\.md: Windows refuses"):
        edition(catalog, {"aux.md": b""})
