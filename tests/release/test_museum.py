"""What the first line of a piece promises, and what breaks the promise."""

import pytest

from autograder.errors import CatalogError
from autograder.grading import report_on
from autograder.model import CheckResult, Finding, Verdict
from autograder.provenance import provenance
from autograder.release.museum import pieces, promised

NAMES = ["test_adds_small_numbers", "test_adds_anything", "test_doubles"]
RIGHT = "def add(a, b):\n    return a + b\n\n\ndef twice(a):\n    return 2 * a\n"


@pytest.fixture
def hang(tmp_path, tiny):
    """Hangs a piece with these first lines into a museum of its own."""

    def hung(*first_lines, code=RIGHT):
        folder = tmp_path / tiny.id
        folder.mkdir()
        (folder / "piece.py").write_text("\n".join([*first_lines, code]))
        [piece] = pieces(tmp_path, [tiny])
        return piece

    return hung


def reported(piece, catalog, **verdicts):
    """A report with these verdicts, and passes otherwise."""
    results = tuple(
        CheckResult(
            check=check,
            finding=Finding(verdict=verdicts.get(check.name, Verdict.PASSED)),
        )
        for check in piece.assignment.checks
    )
    came_from = provenance(piece.assignment, catalog.release)
    return report_on(piece.submission, piece.assignment, results, came_from)


def test_promise_of_all_speaks_of_every_check():
    assert promised("# promise: all RAISED", NAMES) == dict.fromkeys(
        NAMES, Verdict.RAISED
    )


def test_promise_of_the_rest_speaks_of_what_was_not_named():
    line = "# promise: FAILED test_adds_small_numbers, test_doubles; rest PASSED"

    assert promised(line, NAMES) == {
        "test_adds_small_numbers": Verdict.FAILED,
        "test_adds_anything": Verdict.PASSED,
        "test_doubles": Verdict.FAILED,
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("# hello", "expected '# promise: ...', got '# hello'"),
        ("# promise: FAILED test_divides; rest PASSED", "wrong for {'test_divides'}"),
        (
            "# promise: FAILED test_adds_small_numbers, test_doubles",
            "for {'test_adds_anything'}",
        ),
        ("# promise: all RIGHT", "'RIGHT' is not a valid Verdict"),
    ],
    ids=["none", "unknown_check", "forgotten_check", "unknown_verdict"],
)
def test_what_is_no_promise_is_refused_with_its_file(line, said, hang):
    with pytest.raises(CatalogError) as refused:
        hang(line)

    assert said in str(refused.value)
    assert "piece.py" in str(refused.value)


def test_kept_promise_is_not_broken(hang, catalog):
    piece = hang("# promise: FAILED test_doubles; rest PASSED")

    assert not piece.broken(reported(piece, catalog, test_doubles=Verdict.FAILED))


def test_broken_promise_names_check_and_verdicts(hang, catalog):
    piece = hang("# promise: all PASSED")

    broken = piece.broken(reported(piece, catalog, test_doubles=Verdict.FAILED))

    assert broken == {"test_doubles": "FAILED, promised PASSED"}


@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.GRADER_ERROR])
def test_promise_of_no_pass_is_broken_by_a_pass_and_by_our_fault(
    verdict, hang, catalog
):
    piece = hang("# promise: none PASSED")
    others = dict.fromkeys(piece.promise, Verdict.TIMED_OUT)
    broken = piece.broken(
        reported(piece, catalog, **others | {"test_doubles": verdict})
    )

    assert broken == {"test_doubles": f"{verdict}, promised no pass"}


def test_wrong_piece_is_asked_fewer_inputs_than_a_right_one(tmp_path, tiny):
    folder = tmp_path / tiny.id
    folder.mkdir()
    (folder / "right.py").write_text(f"# promise: all PASSED\n{RIGHT}")
    (folder / "wrong.py").write_text(f"# promise: none PASSED\n{RIGHT}")

    right, wrong = pieces(tmp_path, [tiny])

    assert (right.work.most_inputs, wrong.work.most_inputs) == (None, 8)


def test_purpose_is_the_first_paragraph_of_the_docstring(hang):
    piece = hang("# promise: all PASSED", '"""Adds two\nnumbers.\n\nMore."""')

    assert piece.purpose == "Adds two numbers."


def test_piece_that_python_cannot_read_has_no_purpose(hang):
    assert hang("# promise: all FAILED", code="def (").purpose == ""
