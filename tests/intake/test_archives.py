"""Archives that attack: the member is named and refused, and what is honest is read."""

import io
import stat
import struct
import zipfile

import pytest

from autograder.intake import archives
from autograder.intake.names import objection, safe

SOURCE = b"def add(a, b):\n    return a + b\n"
KEY = ("a1_tiny", "adder")
HONEST = ("adder.py", SOURCE)


def zipped(*members, method=zipfile.ZIP_DEFLATED):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return made.getvalue()


def special(name, kind):
    member = zipfile.ZipInfo(name)
    member.external_attr = (kind | 0o644) << 16
    return member


BAD_NAMES = {
    "traversal": ("../adder.py", "leads out of the archive"),
    "traversal inside": ("x/../adder.py", "leads out of the archive"),
    "absolute": ("/adder.py", "a root or a drive"),
    "drive": ("C:/adder.py", "a root or a drive"),
    "backslash": ("a1_tiny\\adder.py", "a backslash"),
    "bidi": ("a1_tiny/\u202eyp.redda", "U+202E"),
    "mark of direction": ("\u200fadder.py", "U+200F"),
    "escape": ("a1_tiny/\x1b[2Jadder.py", "U+001B"),
    "line break": ("a1_tiny\n/adder.py", "U+000A"),
    "device": ("a1_tiny/NUL.py", "some systems reserve"),
    "device in a folder": ("con/adder.py", "some systems reserve"),
    "dot at the end": ("a1_tiny./adder.py", "some systems reserve"),
    "space at the end": ("a1_tiny /adder.py", "some systems reserve"),
    "over-long": ("x" * 300 + "/adder.py", "300 bytes in one name, over 255"),
    "over-long as a whole": ("x/" * 600 + "adder.py", "1208 characters, over 1024"),
}


@pytest.mark.parametrize(("name", "said"), BAD_NAMES.values(), ids=BAD_NAMES)
def test_bad_name_is_refused_and_said(name, said, take, pack):
    pack([(name, SOURCE)], "alice.zip")

    [submission] = take().submissions

    assert submission.files == {}
    assert said in submission.notes[0]
    assert submission.notes[0].isprintable()


@pytest.mark.parametrize(("name", "said"), BAD_NAMES.values(), ids=BAD_NAMES)
def test_bad_name_costs_nothing_beside_it(name, said, take, pack):
    pack([(name, b"junk"), HONEST], "alice.zip")

    [submission] = take().submissions

    assert submission.files == {KEY: SOURCE}
    assert len([note for note in submission.notes if said in note]) == 1


GOOD_NAMES = [
    "a1_tiny/adder.py",
    "./a1_tiny/adder.py",
    "作业一/adder.py",
    "Jane Doe's work (final)/adder.py",
    "été/adder.py",
    "console/adder.py",
]


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_honest_name_is_read(name, take, pack):
    pack([(name, SOURCE)], "alice.zip")

    [submission] = take().submissions

    assert submission.files == {KEY: SOURCE}
    assert submission.notes == ()


KINDS = {
    "link": (stat.S_IFLNK, "is a link"),
    "pipe": (stat.S_IFIFO, "is a device, a pipe or a socket"),
    "block device": (stat.S_IFBLK, "is a device, a pipe or a socket"),
    "character device": (stat.S_IFCHR, "is a device, a pipe or a socket"),
    "socket": (stat.S_IFSOCK, "is a device, a pipe or a socket"),
}


@pytest.mark.parametrize(("kind", "said"), KINDS.values(), ids=KINDS)
def test_member_that_is_no_file_is_refused(kind, said, take, pack):
    pack([(special("adder.py", kind), b"/etc/passwd")], "alice.zip")

    [submission] = take().submissions

    assert submission.files == {}
    assert submission.notes == (f"adder.py {said}: not read",)


@pytest.mark.parametrize("other", ["Adder.py", "ADDER.PY"])
def test_names_that_differ_only_in_case_are_refused(other, take, pack):
    pack([HONEST, (other, b"junk")], "alice.zip")

    [submission] = take().submissions

    assert submission.files == {}
    assert "adder.py is there twice, in the same or in other case: not read" in (
        submission.notes
    )


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("other", ["adder.py", "./adder.py"])
def test_name_that_is_there_twice_is_refused(take, pack, other):
    pack([HONEST, (other, b"")], "alice.zip")

    [submission] = take().submissions

    assert submission.files == {}


def test_file_that_is_also_a_folder_is_refused(take, pack):
    members = [("b/adder.py", SOURCE), ("a.zip", b""), ("a.zip/adder.py", SOURCE)]

    found = take(pack(members), layout="class")

    assert [s.name for s in found.submissions] == ["a.zip", "b"]
    assert found.submissions[0].notes == (
        "a.zip is both a file and a folder: not read",
    )


@pytest.mark.parametrize("name", [".", "./", "//"])
def test_name_that_is_none_costs_nothing(take, pack, name):
    pack([(name, b""), HONEST], "alice.zip")

    [submission] = take().submissions

    assert submission.files == {KEY: SOURCE}


def test_name_that_goes_on_behind_a_nul_is_refused(take, pack):
    file = pack([("adder.py_.txt", SOURCE)], "alice.zip")
    file.write_bytes(file.read_bytes().replace(b"adder.py_.txt", b"adder.py\0.txt"))

    [submission] = take().submissions

    assert submission.files == {}
    assert "U+0000" in submission.notes[0]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_method_that_unpacks_without_bound_is_refused(method, take, pack):
    pack([("adder.py", b"#" * (1 << 20))], "alice.zip", method)

    [submission] = take().submissions

    assert submission.files == {}
    assert "expected stored or deflate" in submission.notes[0]


def test_part_that_says_it_is_small_is_read_no_further_than_allowed(take, pack):
    file = pack([("adder.py", b"#" * (64 << 20))], "alice.zip")
    data = bytearray(file.read_bytes())
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<L", data, at + 24, 100)
    file.write_bytes(data)

    [submission] = take().submissions

    assert all(len(source) <= 100 for source in submission.files.values())


def test_archive_with_an_endless_list_of_members_is_refused(take, pack):
    file = pack([HONEST], "alice.zip")
    data = bytearray(file.read_bytes())
    at = data.rindex(b"PK\x05\x06")
    padding = b"\0" * archives.LARGEST_DIRECTORY
    struct.pack_into("<L", data, at + 12, len(padding) + 100)
    file.write_bytes(data[:at] + padding + data[at:])

    [submission] = take().submissions

    assert submission.files == {}
    assert submission.notes == ("alice.zip lists 8 MiB of members, over 8 MiB",)


def test_archive_inside_is_looked_into_when_no_part_lies_beside_it(take, pack):
    pack([("work.zip", zipped(("a1_tiny/adder.py", SOURCE)))], "alice.zip")

    [submission] = take().submissions

    assert submission.files == {KEY: SOURCE}
    assert submission.sources == ("work.zip/a1_tiny/adder.py",)


def test_archive_beside_a_part_is_left_alone(take, pack):
    pack([HONEST, ("old.zip", zipped(("adder.py", b"old")))], "alice.zip")

    [submission] = take().submissions

    assert submission.files == {KEY: SOURCE}
    assert submission.notes == ()


def nested(depth):
    content = zipped(HONEST)
    for _ in range(depth):
        content = zipped(("inner.zip", content))
    return content


def test_archives_are_opened_three_deep(take, put):
    put("alice.zip", content=nested(2))

    assert take().submissions[0].files == {KEY: SOURCE}


def test_archives_are_opened_no_deeper_and_it_is_said(take, put):
    put("alice.zip", content=nested(3))

    [submission] = take().submissions

    assert submission.files == {}
    assert submission.notes == (
        "inner.zip/inner.zip/inner.zip lies in 3 archives: not read",
    )


def test_archive_inside_that_grows_too_much_is_refused(take, pack):
    pack([("bomb.zip", b"\0" * (4 << 20))], "alice.zip")

    [submission] = take().submissions

    assert submission.notes == (
        "bomb.zip unpacks to over 100 times its size: not read",
    )


def test_archive_inside_that_is_too_large_is_refused(take, pack, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_INNER", 1 << 20)
    pack([("big.zip", b"\0" * (2 << 20))], "alice.zip", zipfile.ZIP_STORED)

    [submission] = take().submissions

    assert submission.notes == ("big.zip cannot be read: it is over 1 MiB",)


def test_archives_inside_are_opened_only_so_many_times(take, pack):
    empty = zipped(("notes.txt", b""))
    pack([(f"{n}.zip", empty) for n in range(100)], "alice.zip")

    [submission] = take().submissions

    assert submission.notes == ("12.zip is one archive too many: not read",)


@pytest.mark.parametrize("name", ["work.rar", "work.7z", "work.tar.gz"])
def test_archive_of_another_kind_is_said(name, take, put):
    put(f"alice/{name}", content=b"no zip")

    [submission] = take().submissions

    assert submission.notes == (
        f"{name} was not read: expected a zip or the files themselves",
    )


def test_refusals_are_counted_when_they_are_many(take, pack):
    pack([(f"../{n}.txt", b"") for n in range(30)], "alice.zip")

    [submission] = take().submissions

    assert len(submission.notes) == 11
    assert submission.notes[-1] == "20 more files were refused"


def test_nothing_is_written_beside_an_archive(take, pack, tmp_path):
    names = [name for name, _ in BAD_NAMES.values()]
    inner = zipped(*[(name, SOURCE) for name in names])
    pack([*((name, SOURCE) for name in names), ("inner.zip", inner)], "in/alice.zip")

    take(tmp_path / "in")

    assert sorted(tmp_path.rglob("*")) == [
        tmp_path / "in",
        tmp_path / "in" / "alice.zip",
    ]


@pytest.mark.parametrize(
    "text", ["../../x", "/etc/passwd", "CON", "", "...", "a\0b", "\u202ex", "x" * 999]
)
def test_any_text_becomes_a_name_that_a_file_may_have(text):
    name = safe(text)

    assert name
    assert "/" not in name
    assert objection(name) == ""
