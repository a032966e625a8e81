import pytest

from autograder.release.portable import LONGEST_NAME, faults

LONG = "x" * (LONGEST_NAME + 1)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a/con", "Windows refuses 'con'"),
        ("a/Aux.py", "Windows refuses 'Aux.py'"),
        ("com1.txt", "Windows refuses 'com1.txt'"),
        ("a./b", "Windows refuses 'a.'"),
        ("a /b", "Windows refuses 'a '"),
        ("a:b", "Windows refuses 'a:b'"),
        ("a\\b", "Windows refuses"),
        (LONG, f"at most {LONGEST_NAME} characters, got {LONGEST_NAME + 1}"),
    ],
    ids=[
        *("device", "device_with_ending", "numbered_device", "dot", "space", "colon"),
        *("backslash", "long"),
    ],
)
def test_name_that_some_system_refuses_is_named(name, said):
    [fault] = faults({name: b""})

    assert fault.startswith(f"{name}: ")
    assert said in fault


@pytest.mark.parametrize(
    "names",
    [("a/Read.md", "a/READ.md"), ("Doc/a", "doc/b")],
    ids=["files", "folders"],
)
def test_names_that_differ_only_in_case_are_named(names):
    [fault] = faults(dict.fromkeys(names, b""))

    assert "differs from" in fault


def test_line_ends_of_windows_are_named():
    assert list(faults({"a.md": b"one\r\ntwo\r\n"})) == [
        "a.md: expected line ends LF, got CR LF"
    ]


@pytest.mark.parametrize(
    "name", [".gitignore", "a/console.py", "auxiliary", "com.py", "x" * LONGEST_NAME]
)
def test_name_that_every_system_accepts_is_no_fault(name):
    assert list(faults({name: b"one\n"})) == []
