"""Whose a submission is: the export and the roster say it, and nothing else does."""

import pytest

from autograder.errors import UsageError
from autograder.intake import read_roster
from autograder.intake.boxes import Box
from autograder.intake.identity import find
from autograder.intake.layouts.handed_in import HandedIn
from autograder.roster import Roster, Student

JANE = Student(id="1001", name="Jane van der Berg", email="jane@uni.example")
LI = Student(id="1002", name="王 力", email="li@uni.example", group="B")
PAT = Student(id="pat7", name="O'Hara, Pat")
ROSTER = Roster(students=(LI, JANE, PAT))

KNOWN = {
    "id": ({"label": "s", "id": "pat7"}, None),
    "id_alone": ({"label": "PAT7", "id": "PAT7"}, PAT),
    "id_and_name": ({"label": "Pat O'Hara", "id": "pat7"}, PAT),
    "email": ({"label": "J", "email": "Jane@uni.example"}, JANE),
    "email_before_id": ({"label": "?", "id": "1002", "email": JANE.email}, JANE),
    "name": ({"label": "jane VAN DER berg"}, JANE),
    "canvas": ({"label": "vanderbergjane", "id": "77"}, JANE),
    "chinese": ({"label": "王力"}, LI),
    "email_as_name": ({"label": "li@uni.example"}, LI),
    "number_of_another_system": ({"label": "Pat O'Hara", "id": "1001"}, PAT),
    "nobody": ({"label": "eve", "id": "9"}, None),
    "part_of_a_name": ({"label": "Jane"}, None),
    "nothing": ({"label": ""}, None),
}


@pytest.mark.parametrize(("said", "expected"), KNOWN.values(), ids=KNOWN)
def test_student_is_found(said, expected):
    assert find(ROSTER, HandedIn(box=Box(), **said)) == expected


def test_name_that_two_students_have_is_nobodys():
    twins = Roster(students=(JANE, Student(id="2", name=JANE.name)))

    assert find(twins, HandedIn(label=JANE.name, box=Box())) is None


@pytest.fixture
def roster(tmp_path_factory):
    """Write and read a roster."""

    def read(text, encoding="utf-8"):
        file = tmp_path_factory.mktemp("roster") / "roster.csv"
        file.write_bytes(text.encode(encoding))
        return read_roster(file)

    return read


def test_roster_is_read_in_its_order(roster):
    text = "id,name,email,group\n1002,王 力,li@uni.example,B\n0007,Ann,,\n"

    assert roster(text).students == (LI, Student(id="0007", name="Ann"))


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffid,name\nx,Ann\n",
        "Name, ID\r\nAnn, x\r\n",
        "group,id,name\n,x,Ann\n\n",
    ],
    ids=["byte_order_mark", "other_order", "other_columns"],
)
def test_roster_is_read_as_programs_write_it(roster, text):
    assert roster(text).students == (Student(id="x", name="Ann"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name\nAnn\n", "expected the columns id, name, email, group; found name"),
        ("", "found nothing"),
        ("id,name\na,A\nA,B\n", "id of student 2 is there twice: 'A'"),
        ("id,name\n,A\n", "id of student 1 is missing"),
        ("id\n\udcff\n", "cannot be read"),
    ],
    ids=["no_id", "empty", "twice", "missing", "no_unicode"],
)
def test_wrong_roster_is_refused_with_the_value(tmp_path, text, said):
    file = tmp_path / "roster.csv"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))

    with pytest.raises(UsageError, match=said):
        read_roster(file)


def test_roster_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"nobody\.csv cannot be read"):
        read_roster(tmp_path / "nobody.csv")


def test_submissions_come_in_the_order_of_the_roster(take, put):
    folder = put("1001/adder.py", "王力/adder.py")

    students = [s.student for s in take(folder, roster=ROSTER).submissions]

    assert students == ["1002", "1001", "pat7"]


def test_student_without_a_submission_is_there_with_nothing(take, put):
    *_, pat = take(put("1001/adder.py"), roster=ROSTER).submissions

    assert (pat.student, pat.files) == ("pat7", {})
    assert pat.notes == ("nothing was handed in",)


def test_submission_of_nobody_is_said_and_comes_last(take, put):
    found = take(put("1001/adder.py", "alice/adder.py"), roster=ROSTER)

    assert found.said == ["alice is nobody on the roster"]
    assert found.submissions[-1].student == "alice"


def test_number_of_another_system_is_not_taken_for_a_student(take, put):
    names = ["Eve Adams_1001_assignsubmission_file_/adder.py"]

    found = take(put(*names), roster=ROSTER)

    assert [s.student for s in found.submissions if s.files] == ["Eve Adams_1001"]


def test_ids_that_would_share_a_name_are_refused(take, put):
    students = (Student(id="a/1"), Student(id="a_1"))

    with pytest.raises(UsageError, match="one name: a_1"):
        take(put("x/adder.py"), roster=Roster(students=students))


CLAIMS = b"# student: 1002\nNAME = '1002'\ndef add(a, b):\n    return a + b\n"


def test_what_is_in_a_submission_says_nothing_of_whose_it_is(take, put):
    put("1001/roster.csv", "1001/submission_metadata.yml", content=b"id\n1002\n")
    folder = put("1001/1002/adder.py", content=CLAIMS)

    found = take(folder, roster=ROSTER)

    assert [s.student for s in found.submissions if s.files] == ["1001"]
