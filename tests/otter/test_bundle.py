"""What a bundle holds, what it must not hold, and that it is reproducible."""

import json
import subprocess
import sys
import zipfile

import pytest

from autograder.catalog import read_catalog
from autograder.errors import CatalogError, UsageError
from autograder.otter import bundle as maker
from autograder.otter.bundle import write_bundle
from autograder.otter.layout import ENTRY, PLUGIN


@pytest.fixture(scope="module")
def members(bundle):
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_bundle_is_named_after_its_assignment(bundle):
    assert bundle.name == "a9_sums.zip"


def test_bundle_holds_what_otter_and_a_container_look_for(members):
    outside = {name for name in members if not name.startswith(("private/", "engine/"))}

    assert outside == {
        f"files/{ENTRY}",
        "otter_config.json",
        "run_autograder",
        "run_otter.py",
        "setup.sh",
        "tests/not_graded.py",
    }


def test_bundle_brings_the_whole_assignment_and_the_release(members, course):
    folder = course["a9_sums"].folder
    files = [file for file in folder.rglob("*") if file.is_file()]
    expected = {
        f"private/a9_sums/{file.relative_to(folder)}": file.read_bytes()
        for file in files
    }
    expected["private/release.toml"] = (course.root / "release.toml").read_bytes()

    private = {name: members[name] for name in members if name.startswith("private/")}

    assert private == expected


def test_bundle_holds_nothing_of_another_assignment(members):
    assert not [name for name in members if "a8_other" in name]
    assert not [name for name in members if b"of another assignment" in members[name]]


def test_bundle_copies_no_more_than_an_empty_notebook_beside_student_files(members):
    copied = {name: members[name] for name in members if name.startswith("files/")}

    assert list(copied) == [f"files/{ENTRY}"]
    assert json.loads(copied[f"files/{ENTRY}"])["cells"] == []


def test_bundle_configures_the_plugin_with_what_it_grades(members):
    config = json.loads(members["otter_config.json"])

    assert config["plugins"] == [
        {
            PLUGIN: {
                "assignment": "a9_sums",
                "release": "2026-test",
                "points": 10,
                "seconds": 900.0,
            }
        }
    ]


def test_bundle_has_the_same_bytes_when_it_is_written_again(course, tmp_path):
    first = write_bundle(course, course["a9_sums"], tmp_path / "1").read_bytes()
    second = write_bundle(course, course["a9_sums"], tmp_path / "2").read_bytes()

    assert first == second


def test_bundle_makes_its_shell_scripts_executable(bundle):
    with zipfile.ZipFile(bundle) as archive:
        modes = {i.filename: i.external_attr >> 16 & 0o777 for i in archive.infolist()}

    executable = {name for name, mode in modes.items() if mode & 0o111}

    assert executable == {"run_autograder", "setup.sh"}


def test_bundle_brings_an_engine_that_pip_installs(members, tmp_path):
    pytest.importorskip("pip")
    (name,) = (name for name in members if name.endswith(".whl"))
    wheel = tmp_path / name.removeprefix("engine/")
    wheel.write_bytes(members[name])
    folder = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install"]

    subprocess.run(
        [*pip, "--quiet", "--no-index", "--no-deps", "--target", folder, wheel],
        check=True,
    )
    said = subprocess.run(
        [sys.executable, "-S", "-m", "autograder", "--version"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )

    assert said.stdout.strip() in wheel.name
    assert list(folder.glob("*.dist-info/entry_points.txt"))


def test_bundle_is_refused_without_otter_and_names_the_extra(
    course, tmp_path, monkeypatch
):
    monkeypatch.setattr(maker, "find_spec", lambda _: None)

    with pytest.raises(UsageError, match=r"\.\[grading\]"):
        write_bundle(course, course["a9_sums"], tmp_path)


def test_bundle_is_refused_without_a_release(course, tmp_path):
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "a9_sums").symlink_to(course["a9_sums"].folder)
    catalog = read_catalog(tmp_path / "solutions")

    with pytest.raises(CatalogError, match=r"release\.toml"):
        write_bundle(catalog, catalog["a9_sums"], tmp_path / "dist")


@pytest.mark.parametrize("script", ["run_autograder", "setup.sh"])
def test_shell_script_of_a_bundle_parses(members, tmp_path, script):
    (tmp_path / script).write_bytes(members[script])

    checked = subprocess.run(
        ["/usr/bin/env", "bash", "-n", tmp_path / script],
        capture_output=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr
