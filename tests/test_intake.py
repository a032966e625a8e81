import io
import os
import random
import zipfile
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.intake import (
    LONGEST_FILE,
    MOST_MEMBERS,
    Submission,
    find_submissions,
    plan,
)

SOURCE = b"def add(a, b):\n    return a + b\n"
KEY = ("a1_tiny", "adder")


@pytest.fixture
def found(tiny, tmp_path):
    """What intake finds in a folder."""

    def find(*paths, **options):
        return find_submissions(list(paths) or [tmp_path], [tiny], **options)

    return find


def put(root, name, content=SOURCE):
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def zipped(file, members, method=zipfile.ZIP_DEFLATED):
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file


PLACES = [
    "adder.py",
    "a1_tiny/adder.py",
    "assignments/a1_tiny/adder.py",
    "wrapper/adder.py",
    "wrapper/a1_tiny/adder.py",
    "wrapper/assignments/a1_tiny/adder.py",
]


@pytest.mark.parametrize("place", PLACES)
def test_part_is_found_in_a_zip(found, tmp_path, place):
    zipped(tmp_path / "alice.zip", {place: SOURCE, "README.md": b"x"})

    [submission] = found()

    assert (submission.name, submission.files) == ("alice", {KEY: SOURCE})
    assert submission.notes == ()


@pytest.mark.parametrize("place", PLACES)
def test_part_is_found_in_a_students_folder(found, tmp_path, place):
    put(tmp_path / "alice", place)

    [submission] = found()

    assert (submission.name, submission.files) == ("alice", {KEY: SOURCE})


@pytest.mark.parametrize("place", PLACES[:3])
def test_folder_with_a_part_is_one_submission(found, tmp_path, place):
    put(tmp_path / "alice", place)

    [submission] = found(tmp_path / "alice")

    assert (submission.name, submission.files) == ("alice", {KEY: SOURCE})


def test_single_file_is_a_submission_under_its_own_name(found, tmp_path):
    [submission] = found(put(tmp_path, "alice.py"))

    assert (submission.name, submission.files) == ("alice", {KEY: SOURCE})


def test_folder_named_by_a_dot_has_its_own_name(found, tmp_path, monkeypatch):
    put(tmp_path / "alice", "adder.py")
    monkeypatch.chdir(tmp_path / "alice")

    [submission] = found(Path())

    assert submission.name == "alice"


def test_submissions_come_in_the_order_of_their_names(found, tmp_path):
    zipped(tmp_path / "bob.zip", {"adder.py": SOURCE})
    put(tmp_path / "alice", "adder.py")
    put(tmp_path, "carol.py")

    assert [s.name for s in found()] == ["alice", "bob", "carol"]


def test_files_of_the_system_are_passed_over(found, tmp_path):
    put(tmp_path / "alice", "adder.py")
    for junk in (".DS_Store", "._alice", "Thumbs.db", "notes.txt", ".git/adder.py"):
        put(tmp_path, junk)
    put(tmp_path, "__MACOSX/adder.py")

    assert [s.name for s in found()] == ["alice"]


def test_shadow_files_of_macos_are_not_read(found, tmp_path):
    members = {"__MACOSX/adder.py": b"junk", "__MACOSX/x/adder.py": b"junk"}
    zipped(tmp_path / "alice.zip", {**members, "x/adder.py": SOURCE, "._adder.py": b""})

    [submission] = found()

    assert submission.files == {KEY: SOURCE}
    assert submission.notes == ()


def test_misnamed_file_is_said(found, tmp_path):
    put(tmp_path / "alice", "Adder (1).py")

    [submission] = found()

    assert submission.files == {}
    assert submission.sources == ("Adder (1).py",)


@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_best_place_is_read_and_the_others_are_said(found, tmp_path, kind):
    members = {"adder.py": b"other", "a1_tiny/adder.py": SOURCE}
    if kind == "zip":
        zipped(tmp_path / "alice.zip", members)
    else:
        for name, content in members.items():
            put(tmp_path / "alice", name, content)

    [submission] = found()

    assert submission.files == {KEY: SOURCE}
    assert submission.notes == ("a1_tiny/adder.py was read, not adder.py",)


@pytest.mark.parametrize("kind", ["zip", "folder", "file"])
def test_file_that_is_too_long_is_not_kept_whole(found, tmp_path, kind):
    content = b"#" * (LONGEST_FILE + 1)
    if kind == "zip":
        zipped(tmp_path / "alice.zip", {"adder.py": content})
    elif kind == "folder":
        put(tmp_path / "alice", "adder.py", content)
    else:
        put(tmp_path, "alice.py", content)

    [submission] = found()

    assert submission.files == {}
    assert "is over 1024 KiB: not read" in submission.notes[0]


def test_file_of_the_greatest_length_is_read(found, tmp_path):
    zipped(tmp_path / "alice.zip", {"adder.py": b"#" * LONGEST_FILE})

    [submission] = found()

    assert len(submission.files[KEY]) == LONGEST_FILE


HOSTILE_NAMES = [
    "../adder.py",
    "../../a1_tiny/adder.py",
    "/adder.py",
    "x/../adder.py",
    "C:\\adder.py",
    "a1_tiny\\..\\adder.py",
    "adder.py/",
    "adder.py\0.txt" * 3,
    "a/b/c/d/adder.py",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_name_puts_nothing_on_disk(found, tmp_path, name):
    file = zipped(tmp_path / "in" / "deep" / "alice.zip", {name: SOURCE})
    there = sorted(tmp_path.rglob("*"))

    found(file)

    assert sorted(tmp_path.rglob("*")) == there


def test_bomb_in_another_member_is_never_unpacked(found, tmp_path):
    file = zipped(tmp_path / "alice.zip", {"bomb": b"", "adder.py": SOURCE})
    data = bytearray(file.read_bytes())
    data[30 + len("bomb") : 30 + len("bomb") + 2] = b"\xff\xff"
    file.write_bytes(data)

    [submission] = found()

    assert submission.files == {KEY: SOURCE}


def test_archive_of_too_many_members_is_refused_unread(found, tmp_path):
    members = dict.fromkeys(map(str, range(MOST_MEMBERS)), b"") | {"adder.py": SOURCE}
    zipped(tmp_path / "alice.zip", members, zipfile.ZIP_STORED)

    [submission] = found()

    assert submission.files == {}
    assert submission.notes == ("alice.zip has 20001 members, over 20000",)


def test_file_that_is_no_archive_is_said(found, tmp_path):
    put(tmp_path, "alice.zip", b"not a zip")

    [submission] = found()

    assert submission.notes == (
        "alice.zip is neither a zip, a folder nor a Python file",
    )


def test_encrypted_archive_is_said(found, tmp_path):
    file = zipped(tmp_path / "alice.zip", {"adder.py": SOURCE})
    data = bytearray(file.read_bytes())
    central = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    file.write_bytes(data)

    [submission] = found()

    assert "cannot be read" in submission.notes[0]


METHODS = {
    "stored": zipfile.ZIP_STORED,
    "deflate": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}


@pytest.mark.parametrize("method", METHODS)
def test_damaged_archive_costs_only_its_own_submission(found, tmp_path, method):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", METHODS[method]) as archive:
        archive.writestr("adder.py", SOURCE * 20)
    file = zipped(tmp_path / "alice.zip", {})
    draw = random.Random(method)  # noqa: S311 - damage, not secrets

    for _ in range(400):
        data = bytearray(whole.getvalue())
        for _ in range(draw.randint(1, 4)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        file.write_bytes(data[: draw.choice([None, draw.randrange(len(data))])])

        assert [s.name for s in found()] == ["alice"]


def test_links_are_not_followed(found, tmp_path):
    secret = put(tmp_path / "elsewhere", "adder.py")
    alice = tmp_path / "in" / "alice"
    alice.mkdir(parents=True)
    (alice / "adder.py").symlink_to(secret)
    (alice / "a1_tiny").symlink_to(secret.parent)

    [submission] = found(tmp_path / "in")

    assert submission.files == {}


def test_pipe_is_not_read(found, tmp_path):
    (tmp_path / "alice").mkdir()
    os.mkfifo(tmp_path / "alice" / "adder.py")

    [submission] = found()

    assert submission.files == {}


def test_two_submissions_of_one_name_are_refused(found, tmp_path):
    put(tmp_path / "alice", "adder.py")
    zipped(tmp_path / "alice.zip", {"adder.py": SOURCE})

    with pytest.raises(UsageError, match="two submissions are named 'alice'"):
        found()


def test_path_that_is_not_there_is_named(found, tmp_path):
    with pytest.raises(UsageError, match=r"no file or folder .*missing"):
        found(tmp_path / "missing")


def test_results_are_no_submission(found, tmp_path):
    put(tmp_path / "alice", "adder.py")
    put(tmp_path / "results" / "feedback", "adder.py")

    names = [s.name for s in found(ignore=tmp_path / "results")]

    assert names == ["alice"]


def test_digest_tells_sources_apart(found, tmp_path):
    put(tmp_path / "alice", "adder.py")
    put(tmp_path / "bob", "adder.py", SOURCE + b"\n")
    put(tmp_path / "carol", "a1_tiny/adder.py")

    alice, bob, carol = (s.digest("a1_tiny") for s in found())

    assert alice != bob
    assert alice == carol


def test_plan_grades_everybody_for_what_anybody_handed_in(found, tmp_path, tiny):
    put(tmp_path / "alice", "adder.py")
    put(tmp_path / "bob", "other.py")

    works = plan(found(), [tiny], chosen=False)

    assert [(w.submission.name, w.assignment.id) for w in works] == [
        ("alice", "a1_tiny"),
        ("bob", "a1_tiny"),
    ]


def test_plan_leaves_out_what_nobody_handed_in(
    found, tmp_path, tiny, write_catalog, tmp_path_factory
):
    root = tmp_path_factory.mktemp("other")
    settings = 'title="t"\ntitle_zh="t"\nparts=["else"]\nprofile="torch"\n'
    changed = {"{id}/assignment.toml": settings}
    other = write_catalog(root, "a2_other", **changed)["a2_other"]
    put(tmp_path / "alice", "adder.py")

    works = plan(found(), [tiny, other], chosen=False)

    assert [w.assignment.id for w in works] == ["a1_tiny"]


def test_plan_grades_a_chosen_assignment_that_nobody_handed_in(found, tmp_path, tiny):
    put(tmp_path / "alice", "other.py")

    assert len(plan(found(), [tiny], chosen=True)) == 1


def test_plan_refuses_to_grade_nothing(found, tmp_path, tiny):
    put(tmp_path / "alice", "other.py")

    with pytest.raises(UsageError, match=r"none holds any of adder\.py"):
        plan(found(), [tiny], chosen=False)


def test_name_that_is_no_unicode_can_be_written_down(found, tmp_path):
    folder = os.fsencode(tmp_path) + b"/\xc0\xee"
    put(Path(os.fsdecode(folder)), os.fsdecode(b"\xc0.py"))

    [submission] = found()

    assert (submission.name, submission.sources) == ("??", ("?.py",))


def test_submission_is_of_its_own_name_where_no_student_is_known():
    assert Submission(name="alice").student == "alice"
