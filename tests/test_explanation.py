import pytest

from autograder.explanation import explain
from autograder.kit.failures import (
    CheckFailed,
    Frame,
    Sentence,
    SubmissionLost,
    SubmissionRaised,
)
from autograder.message import Words
from autograder.model import Check, Verdict, Visibility
from autograder.wording.lines import LONGEST_LINE, MOST_LINES, text

SAYS = "  the check says           Adds."
AGAIN = "  run again                pytest assignments/a1_tiny -k adds"


@pytest.fixture(scope="session")
def explained(tiny):
    """Word what ended a check of the small assignment."""

    def worded(error, verdict=Verdict.FAILED, *, hidden=False, folder=None):
        check = Check(
            part="adder",
            name="test_adds",
            points=1,
            visibility=Visibility.HIDDEN if hidden else Visibility.PUBLIC,
            lesson=Words(en="Adds."),
        )
        made = explain(verdict, error, check, assignment=tiny, folder=folder)
        return text(made)

    return worded


def wrong_values():
    return CheckFailed(
        "wrong values",
        what="the sum",
        expected="EXPECTED",
        got="GOT",
        remark=Sentence("DETAIL"),
        in_full=("[FULL]", "[WHOLE]"),
    )


def with_note(error, *arguments):
    lines = "".join(f"    {argument},\n" for argument in arguments)
    error.add_note(f"Falsifying example: test_adds(\n{lines})")
    return error


def wrong():
    return CheckFailed("wrong value", what="the sum", expected="3", got="4")


def test_wrong_answer_is_worded_whole(explained):
    assert explained(wrong_values()).splitlines() == [
        "adder: wrong values",
        "  the sum                  expected EXPECTED   got GOT",
        "  DETAIL",
        "  expected in full         [FULL]",
        "  got in full              [WHOLE]",
        SAYS,
        AGAIN,
    ]


def test_smallest_failing_input_is_shown(explained):
    error = with_note(wrong(), "submission=<adder of the submission>", "a=1", "b=2")

    assert "  smallest failing input   a=1, b=2" in explained(error).splitlines()


@pytest.mark.parametrize(
    "word", ["EXPECTED", "GOT", "DETAIL", "FULL", "WHOLE", "INPUT"]
)
def test_hidden_check_keeps_its_values_to_itself(explained, word):
    error = with_note(wrong_values(), "a='INPUT'")
    assert word in explained(error)

    assert word not in explained(error, hidden=True)


@pytest.mark.parametrize("hidden", [False, True], ids=["public", "hidden"])
def test_plain_assert_shows_its_text_only_in_public(explained, hidden):
    said = explained(AssertionError("SECRET"), hidden=hidden)

    assert ("SECRET" in said) is not hidden


def raised(name="ValueError", **changed):
    frames = (
        Frame(file="adder.py", line=7, function="add"),
        Frame(file="helper.py", line=9, function="deep"),
    )
    return SubmissionRaised(name, "SECRET", **{"frames": frames} | changed)


def headline(left, right):
    return left + " " * (88 - len(left) - len(right)) + right


def test_exception_is_worded_with_the_lines_that_it_passed(explained):
    assert explained(raised(), Verdict.RAISED).splitlines() == [
        headline("adder: your code raised ValueError", "a1_tiny/helper.py:9"),
        "  SECRET",
        "  helper.py:9 in deep",
        "  adder.py:7 in add",
        SAYS,
        AGAIN,
    ]


def test_hidden_check_names_a_built_in_exception_and_the_parts_own_line(
    explained, tmp_path
):
    (tmp_path / "adder.py").write_text("\n" * 7)

    said = explained(raised(), Verdict.RAISED, hidden=True, folder=tmp_path)

    assert said.splitlines() == [
        headline("adder: your code raised ValueError", "a1_tiny/adder.py:7"),
        SAYS,
    ]


@pytest.mark.parametrize("line", [-1, 0, 8, 128_004])
def test_hidden_check_does_not_name_a_line_that_the_part_lacks(
    explained, tmp_path, line
):
    (tmp_path / "adder.py").write_text("\n" * 7)
    frames = (Frame(file="adder.py", line=line, function="add"),)

    error = raised(frames=frames)
    said = explained(error, Verdict.RAISED, hidden=True, folder=tmp_path)

    assert "adder.py" not in said


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param(Sentence("exit status {status}", {"status": "203"}), id="status"),
        pytest.param(Sentence("signal {number}", {"number": "203"}), id="signal"),
    ],
)
def test_hidden_check_does_not_tell_a_number_that_the_code_ended_with(
    explained, chosen
):
    died = SubmissionLost(chosen, timed_out=False)
    assert "203" in explained(died, Verdict.CRASHED)

    assert "203" not in explained(died, Verdict.CRASHED, hidden=True)


@pytest.mark.parametrize("name", ["SECRET", "print", "__doc__", "ValueError SECRET"])
def test_hidden_check_does_not_name_what_is_no_built_in_exception(explained, name):
    error = raised(name, bases=(name, "Exception"))

    said = explained(error, Verdict.RAISED, hidden=True)

    assert "your code raised an exception of its own" in said
    assert name not in said.replace("adder", "")


def test_lost_worker_is_worded_by_its_reason(explained):
    hung = SubmissionLost(Sentence("no answer: limit of 2 s"), timed_out=True)
    died = SubmissionLost(Sentence("the process ended"), timed_out=False)

    assert explained(hung, Verdict.TIMED_OUT).startswith(
        "adder: no answer: limit of 2 s\n"
    )
    assert explained(died, Verdict.CRASHED).startswith("adder: the process ended\n")


def test_stub_is_worded_in_one_line(explained):
    said = explained(NotImplementedError(), Verdict.NOT_ATTEMPTED)

    assert said == "adder: not attempted yet"


def test_our_fault_is_not_blamed_on_the_student(explained):
    said = explained(IndexError("list index"), Verdict.GRADER_ERROR)

    assert said.splitlines() == [
        "this is not your code's fault: the grader failed and nothing was graded",
        "  IndexError: list index",
    ]


def test_exception_in_this_process_shows_only_the_students_own_lines(
    explained, tmp_path
):
    file = tmp_path / "adder.py"
    code = compile("def add():\n    raise KeyError('x')\n", str(file), "exec")
    names = {}
    exec(code, names)  # noqa: S102 - the example's own code
    with pytest.raises(KeyError) as caught:
        names["add"]()

    said = explained(caught.value, Verdict.RAISED, folder=tmp_path)

    assert "  adder.py:2 in add" in said
    assert "test_explanation" not in said


MANY_LINES = Sentence("{lines}", {"lines": "d\n" * 50})


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(
            CheckFailed("k", what="w", expected="e", got="g", remark=MANY_LINES),
            id="lines_of_remark",
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
def test_message_is_short(explained, error):
    lines = explained(error).splitlines()

    assert len(lines) <= MOST_LINES
    assert max(map(len, lines)) <= LONGEST_LINE


@pytest.mark.parametrize("bad", ["\x1b[2J", "\r", "\0", "\u202e", "\ud800", "\x85"])
def test_message_holds_no_control_characters(explained, bad):
    error = SubmissionRaised(
        "ValueError", f"a{bad}b", frames=(Frame(file="f", line=1, function=f"f{bad}"),)
    )

    said = explained(error, Verdict.RAISED)

    assert all(c.isprintable() or c == "\n" for c in said)


def test_exception_whose_text_raises_is_worded_all_the_same(explained):
    class MuteError(Exception):
        def __str__(self):
            raise ValueError

    said = explained(MuteError(), Verdict.RAISED)

    assert said.splitlines()[0] == "adder: your code raised MuteError"
