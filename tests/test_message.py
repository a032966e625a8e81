import pytest

from autograder.kit.failures import (
    CheckFailed,
    Frame,
    SubmissionLost,
    SubmissionRaised,
)
from autograder.message import LONGEST_LINE, MOST_LINES, explain
from autograder.model import Check, Verdict, Visibility

WRONG = CheckFailed(
    "wrong values", what="the sum", expected="EXPECTED", got="GOT", detail="DETAIL"
)


def explained(error, verdict=Verdict.FAILED, *, hidden=False, folder=None):
    visibility = Visibility.HIDDEN if hidden else Visibility.PUBLIC
    check = Check(
        part="adder", name="test_adds", points=1, visibility=visibility, lesson="Adds."
    )
    return explain(verdict, error, check, folder=folder)


def with_note(error, *arguments):
    lines = "".join(f"    {argument},\n" for argument in arguments)
    error.add_note(f"Falsifying example: test_adds(\n{lines})")
    return error


def wrong():
    return CheckFailed("wrong value", what="the sum", expected="3", got="4")


def test_wrong_answer_is_worded_whole():
    assert explained(WRONG).splitlines() == [
        "adder: wrong values",
        "  the sum   expected EXPECTED   got GOT",
        "  DETAIL",
        "the check says: Adds.",
    ]


def test_smallest_failing_input_is_shown():
    error = with_note(wrong(), "submission=<adder of the submission>", "a=1", "b=2")

    assert "  smallest failing input   a=1, b=2" in explained(error).splitlines()


@pytest.mark.parametrize("word", ["EXPECTED", "GOT", "DETAIL", "INPUT"])
def test_hidden_check_keeps_its_values_to_itself(word):
    error = with_note(
        CheckFailed("k", what="w", expected="EXPECTED", got="GOT", detail="DETAIL"),
        "a='INPUT'",
    )
    assert word in explained(error)

    assert word not in explained(error, hidden=True)


@pytest.mark.parametrize("hidden", [False, True], ids=["public", "hidden"])
def test_plain_assert_shows_its_text_only_in_public(hidden):
    text = explained(AssertionError("SECRET"), hidden=hidden)

    assert ("SECRET" in text) is not hidden


def raised(name="ValueError", **changed):
    frames = (
        Frame(file="adder.py", line=7, function="add"),
        Frame(file="helper.py", line=9, function="deep"),
    )
    return SubmissionRaised(name, "SECRET", **{"frames": frames} | changed)


def test_exception_is_worded_with_the_lines_that_it_passed():
    assert explained(raised(), Verdict.RAISED).splitlines() == [
        "adder: your code raised ValueError",
        "  SECRET",
        "  helper.py:9 in deep",
        "  adder.py:7 in add",
        "the check says: Adds.",
    ]


def test_hidden_check_names_a_built_in_exception_and_the_parts_own_line(tmp_path):
    (tmp_path / "adder.py").write_text("\n" * 7)

    text = explained(raised(), Verdict.RAISED, hidden=True, folder=tmp_path)

    assert text.splitlines() == [
        "adder: your code raised ValueError",
        "  adder.py:7",
        "the check says: Adds.",
    ]


@pytest.mark.parametrize("line", [-1, 0, 8, 128_004])
def test_hidden_check_does_not_name_a_line_that_the_part_lacks(tmp_path, line):
    (tmp_path / "adder.py").write_text("\n" * 7)
    frames = (Frame(file="adder.py", line=line, function="add"),)

    error = raised(frames=frames)
    text = explained(error, Verdict.RAISED, hidden=True, folder=tmp_path)

    assert "adder.py" not in text


@pytest.mark.parametrize("chosen", ["exit status 203", "killed by signal 203"])
def test_hidden_check_does_not_tell_a_number_that_the_code_ended_with(chosen):
    died = SubmissionLost(chosen, timed_out=False)
    assert "203" in explained(died, Verdict.CRASHED)

    assert "203" not in explained(died, Verdict.CRASHED, hidden=True)


@pytest.mark.parametrize("name", ["SECRET", "print", "__doc__", "ValueError SECRET"])
def test_hidden_check_does_not_name_what_is_no_built_in_exception(name):
    error = raised(name, bases=(name, "Exception"))

    text = explained(error, Verdict.RAISED, hidden=True)

    assert "your code raised an exception of its own" in text
    assert name not in text.replace("adder", "")


def test_lost_worker_is_worded_by_its_reason():
    hung = SubmissionLost("wall-clock limit of 2 s", timed_out=True)
    died = SubmissionLost("killed by SIGSEGV", timed_out=False)

    assert explained(hung, Verdict.TIMED_OUT).startswith(
        "adder: no answer: wall-clock limit of 2 s\n"
    )
    assert explained(died, Verdict.CRASHED).startswith(
        "adder: the process ended: killed by SIGSEGV\n"
    )


def test_stub_is_worded_in_one_line():
    text = explained(NotImplementedError(), Verdict.NOT_ATTEMPTED)

    assert text == "adder: not attempted yet"


def test_our_fault_is_not_blamed_on_the_student():
    text = explained(IndexError("list index"), Verdict.GRADER_ERROR)

    assert text.splitlines() == [
        "this is not your code's fault: the grader failed and nothing was graded",
        "IndexError: list index",
    ]


def test_exception_in_this_process_shows_only_the_students_own_lines(tmp_path):
    file = tmp_path / "adder.py"
    code = compile("def add():\n    raise KeyError('x')\n", str(file), "exec")
    names = {}
    exec(code, names)  # noqa: S102 - the example's own code
    with pytest.raises(KeyError) as caught:
        names["add"]()

    text = explained(caught.value, Verdict.RAISED, folder=tmp_path)

    assert "  adder.py:2 in add" in text
    assert "test_message" not in text


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(
            CheckFailed("k", what="w", expected="e", got="g", detail="d\n" * 50),
            id="lines_of_detail",
        ),
        pytest.param(
            CheckFailed("k", what="w", expected="e", got="x" * 10_000), id="long_value"
        ),
        pytest.param(
            CheckFailed("k", what="w", expected="e", got="x\n" * 50),
            id="value_of_lines",
        ),
        pytest.param(AssertionError("x\n" * 50), id="lines_of_assert"),
        pytest.param(raised("X\n" * 50), id="class_name_of_lines"),
        pytest.param(
            raised(frames=(Frame(file="f", line=1, function="f\n" * 50),)),
            id="function_of_lines",
        ),
        pytest.param(with_note(wrong(), *[f"a{i}={i}" for i in range(99)]), id="input"),
    ],
)
def test_message_is_short(error):
    lines = explained(error).splitlines()

    assert len(lines) <= MOST_LINES
    assert max(map(len, lines)) <= LONGEST_LINE


@pytest.mark.parametrize("bad", ["\x1b[2J", "\r", "\0", "\u202e", "\ud800", "\x85"])
def test_message_holds_no_control_characters(bad):
    error = SubmissionRaised(
        "ValueError", f"a{bad}b", frames=(Frame(file="f", line=1, function=f"f{bad}"),)
    )

    text = explained(error, Verdict.RAISED)

    assert all(c.isprintable() or c == "\n" for c in text)


def test_exception_whose_text_raises_is_worded_all_the_same():
    class MuteError(Exception):
        def __str__(self):
            raise ValueError

    text = explained(MuteError(), Verdict.RAISED)

    assert text.splitlines()[0] == "adder: your code raised MuteError"
