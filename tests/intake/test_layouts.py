"""Exports of a class as each system names them, built here, with what is found."""

import io
import zipfile
from datetime import datetime

import pytest

from autograder.errors import UsageError
from autograder.roster import Roster, Student

SOURCE = b"def add(a, b):\n    return a + b\n"
KEY = ("a1_tiny", "adder")
GRADESCOPE = """\
---
submission_11:
  :submitters:
  - :name: Jane Doe
    :sid: '1001'
    :email: jane@uni.example
  :created_at: 2026-11-30 12:00:00.123456000 Z
  :score: 3.0
  :results:
    tests:
    - output: |
        :created_at: 1999-01-01 00:00:00 Z
        submission_13:
  :history:
  - :id: 9
    :created_at: 2026-11-29 12:00:00.000000000 Z
submission_12:
  :submitters:
  - :name: "Li \\u738b"
    :sid: '1002'
    :email: li@uni.example
  - :name: 'O''Hara, Pat'
    :sid:
    :email: pat@uni.example
  :created_at: 2026-12-01 12:00:00.000000000 +08:00
"""


def zipped(*members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return made.getvalue()


def whose(found):
    return {s.name: bool(s.files) for s in found.submissions}


CANVAS = [
    "doejane_1001_501_adder.py",
    "liwang_LATE_1002_502_adder-2.py",
    "ohara_1003_503_notes.txt",
]
MOODLE = [
    "Jane Doe_1001_assignsubmission_file_/adder.py",
    "Li Wang_1002_assignsubmission_file_/work/a1_tiny/adder.py",
    "Pat O'Hara_1003_assignsubmission_onlinetext_/onlinetext.html",
]
CLASSROOM = ["adder-janedoe/adder.py", "adder-li-wang/a1_tiny/adder.py"]


@pytest.mark.parametrize("kind", ["folder", "zip", "zip in a folder"])
def test_canvas_export_is_read(kind, take, put, pack):
    if kind == "folder":
        found = take(put(*CANVAS))
    else:
        around = "submissions/" if kind.endswith("folder") else ""
        found = take(pack([(around + name, SOURCE) for name in CANVAS]))

    assert whose(found) == {
        "doejane_1001": True,
        "liwang_1002": True,
        "ohara_1003": False,
    }


def test_canvas_says_by_what_it_knows_students(take, put):
    known = [s.canvas_id for s in take(put(*CANVAS)).submissions]

    assert known == ["1001", "1002", "1003"]


def test_what_canvas_knows_a_student_by_is_kept_beside_the_id_of_the_roster(take, put):
    students = (Student(id="s-4", name="Pat"), Student(id="s-1", name="Jane Doe"))

    found = take(put(*CANVAS), roster=Roster(students=students)).submissions

    known = {s.student: s.canvas_id for s in found}
    assert (known["s-1"], known["s-4"]) == ("1001", "")


def test_canvas_says_who_is_late(take, put):
    late = {s.student: s.late_seconds for s in take(put(*CANVAS)).submissions}

    assert late["1001"] == 0
    assert late["1002"] > 0


def test_canvas_lateness_of_unknown_length_is_said(take, put):
    _, late, _ = take(put(*CANVAS)).submissions

    assert late.notes == ("it is late; the export does not say by how much",)


def test_canvas_files_of_one_student_are_one_submission(take, put):
    folder = put("doejane_1_501_adder.py", "doejane_1_502_notes.md", *CANVAS)

    names = [s.name for s in take(folder).submissions]

    assert names.count("doejane_1") == 1


def test_canvas_zip_of_a_student_is_read(take, pack):
    inner = zipped(("a1_tiny/adder.py", SOURCE))
    file = pack([(f"{who}_1_2_work.zip", inner) for who in ("doejane",)])

    [submission] = take(file, layout="canvas").submissions

    assert submission.files == {KEY: SOURCE}


def test_canvas_attempts_of_one_student_are_told_apart(take, put):
    put("doejane_1_501_adder.py", content=b"first = 1\n")
    folder = put("doejane_1_502_adder-1.py")

    [submission] = take(folder).submissions

    assert submission.attempt == 2
    assert submission.files == {KEY: SOURCE}


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_moodle_export_is_read(kind, take, put, pack):
    path = (
        put(*MOODLE) if kind == "folder" else pack([(name, SOURCE) for name in MOODLE])
    )

    assert whose(take(path)) == {
        "Jane Doe_1001": True,
        "Li Wang_1002": True,
        "Pat O'Hara_1003": False,
    }


def test_moodle_export_without_folders_is_read(take, put):
    names = [f"{who}_assignsubmission_file_adder.py" for who in ("A B_1", "C D_2")]

    assert whose(take(put(*names))) == {"A B_1": True, "C D_2": True}


@pytest.fixture
def gradescope(put):
    put("assignment_7_export/submission_metadata.yml", content=GRADESCOPE.encode())
    return put(*[f"assignment_7_export/submission_{n}/adder.py" for n in (11, 12)])


def test_gradescope_export_is_read_for_every_submitter(take, gradescope):
    found = take(gradescope)

    assert whose(found) == {
        "Jane Doe_1001": True,
        "Li 王_1002": True,
        "O'Hara, Pat": True,
    }


def test_gradescope_students_are_known_by_their_ids(take, gradescope):
    students = [s.student for s in take(gradescope).submissions]

    assert students == ["1001", "1002", "O'Hara, Pat"]


def test_gradescope_lateness_is_counted_from_the_due_time(take, gradescope):
    due = datetime.fromisoformat("2026-12-01T03:00:00+00:00")

    late = [s.late_seconds for s in take(gradescope, due=due).submissions]

    assert late == [0, 3600, 3600]


def test_gradescope_times_are_iso_with_an_offset(take, gradescope):
    times = [s.submitted_at for s in take(gradescope).submissions]

    assert times[:2] == ["2026-11-30T12:00:00+00:00", "2026-12-01T12:00:00+08:00"]


def test_gradescope_folder_without_metadata_is_said(take, gradescope, put):
    put("assignment_7_export/submission_99/adder.py")

    found = take(gradescope)

    assert [line.split(": ")[1] for line in found.said] == [
        "submission_99 was not read"
    ]


def test_gradescope_names_lead_nowhere(take, put):
    evil = GRADESCOPE.replace("Jane Doe", "../../../etc/Jane")
    put("submission_metadata.yml", content=evil.encode())
    folder = put("submission_11/adder.py")

    [submission] = take(folder).submissions

    assert submission.name == "_.._.._etc_Jane_1001"


def test_classroom_clones_are_read_by_the_name_of_their_folder(take, put):
    put(*[f"adder-submissions/{name}" for name in CLASSROOM])

    found = take(put() / "adder-submissions")

    assert whose(found) == {"janedoe": True, "li-wang": True}


def test_classroom_clones_are_read_by_the_id_of_the_assignment(take, put):
    folder = put("a1-tiny-janedoe/adder.py", "a1-tiny-li-wang/adder.py")

    assert whose(take(folder)) == {"janedoe": True, "li-wang": True}


def test_classroom_clones_are_read_by_what_they_have_in_common(take, put):
    put(*[f"{name.split('/')[0]}/.git/HEAD" for name in CLASSROOM])

    assert whose(take(put(*CLASSROOM))) == {"janedoe": True, "li-wang": True}


def test_folders_that_only_share_a_start_keep_their_names(take, put):
    folder = put("student-1/adder.py", "student-2/adder.py")

    assert whose(take(folder)) == {"student-1": True, "student-2": True}


def test_zip_of_zips_is_a_class(take, pack):
    inner = zipped(("adder.py", SOURCE))

    found = take(pack([("alice.zip", inner), ("bob.zip", inner)]))

    assert whose(found) == {"alice": True, "bob": True}


def test_zip_of_folders_is_a_class(take, pack):
    found = take(pack([("alice/adder.py", SOURCE), ("bob/w/adder.py", SOURCE)]))

    assert whose(found) == {"alice": True, "bob": True}


def test_zip_with_a_part_is_one_submission(take, pack):
    members = [("adder.py", SOURCE), ("old/adder.py", b""), ("older/adder.py", b"")]

    assert whose(take(pack(members, "alice.zip"))) == {"alice": True}


FORGED = {
    "folders": ["bob/adder.py", "carol/adder.py"],
    "canvas": ["bob_1_2_adder.py", "carol_2_3_adder.py"],
    "moodle": ["Bob_1_assignsubmission_file_/adder.py"],
    "gradescope": ["submission_metadata.yml", "submission_11/adder.py"],
    "github": ["a1_tiny-bob/adder.py", "a1_tiny-carol/adder.py"],
}


@pytest.mark.parametrize("names", FORGED.values(), ids=FORGED)
def test_zip_in_a_class_is_one_submission_whatever_its_members(names, take, pack):
    contents = {"submission_metadata.yml": GRADESCOPE}
    members = [(name, contents.get(name, SOURCE)) for name in names]
    folder = pack(members, "class/alice.zip").parent

    assert list(whose(take(folder))) == ["alice"]


@pytest.mark.parametrize("names", FORGED.values(), ids=FORGED)
def test_zips_named_beside_each_other_are_one_submission_each(names, take, pack):
    contents = {"submission_metadata.yml": GRADESCOPE}
    members = [(name, contents.get(name, SOURCE)) for name in names]
    alice, dave = pack(members, "alice.zip"), pack([("adder.py", SOURCE)], "dave.zip")
    found = take(alice, dave)

    assert list(whose(found)) == ["alice", "dave"]
    assert "taken for one submission" in found.said[0]


def test_path_can_be_said_to_be_one_submission(take, put):
    assert list(whose(take(put(*CANVAS), layout="one"))) == [put().name]


def test_layout_that_is_not_there_is_said(take, put):
    folder = put("alice/adder.py")

    with pytest.raises(UsageError, match=r"moodle was asked for; found alice"):
        take(folder, layout="moodle")


def test_names_that_are_not_of_the_layout_are_said(take, put):
    folder = put(*CANVAS, "gradebook.xlsx")

    [line] = take(folder).said

    assert line.endswith("gradebook.xlsx was not read")


def test_link_in_the_place_of_a_submission_is_said(take, put):
    folder = put("alice/adder.py")
    (folder / "bob").symlink_to(folder / "alice")

    found = take(folder)

    assert list(whose(found)) == ["alice"]
    assert [line.split(": ", 1)[1] for line in found.said] == [
        "bob is a link: not read"
    ]
