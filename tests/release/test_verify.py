"""Proving checks: each kind of broken assignment is named as what it is."""

import pytest

from autograder.cause import Cause
from autograder.errors import CatalogError
from autograder.explanation import our_fault
from autograder.grading import grade
from autograder.intake import Submission, Work
from autograder.message import Words, plain
from autograder.model import Check, CheckResult, Finding, Report, Verdict, Visibility
from autograder.official import run_checks
from autograder.release.verify import Kind, Proof, matrix, problems, prove, summary

P, F, N = Verdict.PASSED, Verdict.FAILED, Verdict.NOT_ATTEMPTED


def proof(kind, name, *verdicts, message=None, named=None):
    """A proof whose last check is explained by the mistake `named`, if there is one."""
    cause = named and Cause(
        mistakes=(named,), hint=f"hint of {named}", hint_zh="", agreed=8, of=8
    )
    results = tuple(
        CheckResult(
            check=Check(
                part="adder",
                name=f"test_{letter}",
                points=1,
                visibility=Visibility.PUBLIC,
                lesson=Words(en="x"),
            ),
            finding=Finding(
                verdict=verdict,
                message=message or plain("why"),
                cause=cause if letter == "b" else None,
            ),
        )
        for letter, verdict in zip("ab", verdicts, strict=True)
    )
    report = Report(submission=name, assignment="a1_tiny", results=results)
    hint = f"hint of {name}" if kind is Kind.MISTAKE else ""
    return Proof(kind=kind, report=report, hint=hint)


GOOD = {
    "reference": proof(Kind.REFERENCE, "reference", P, P),
    "stub": proof(Kind.STUB, "stub", N, N),
    "one": proof(Kind.MISTAKE, "one", F, F, named="one"),
    "two": proof(Kind.MISTAKE, "two", P, F, named="two"),
    "other": proof(Kind.ACCEPTED, "other", P, P),
}


class _Declared:
    """An assignment as far as `problems` reads it."""

    checks = tuple(result.check for result in GOOD["stub"].report.results)


def found(**changed):
    return problems(_Declared, list((GOOD | changed).values()))


def test_proved_checks_have_no_problem():
    assert found() == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param(
            proof(Kind.REFERENCE, "reference", P, F),
            "reference reference fails adder/test_b",
            id="reference",
        ),
        pytest.param(
            proof(Kind.STUB, "stub", N, P),
            "the stub is not 'not attempted' in adder/test_b (PASSED)",
            id="stub",
        ),
        pytest.param(
            proof(Kind.ACCEPTED, "other", F, P),
            "accepted other fails adder/test_a",
            id="other",
        ),
        pytest.param(
            proof(Kind.MISTAKE, "three", P, F, named="one"),
            "mistake three is named wrongly as one",
            id="three",
        ),
    ],
)
def test_case_that_comes_out_wrong_is_named(changed, said):
    assert said in found(**{changed.report.submission: changed})


@pytest.mark.parametrize("name", ["reference", "other"])
def test_right_answer_with_a_cause_is_never_a_proof(name):
    explained = proof(GOOD[name].kind, name, P, F, named="one")

    assert len(found(**{name: explained})) == 1
    assert explained.misnamed == "one"


def test_too_few_named_mistakes_are_a_problem():
    told = found(three=proof(Kind.MISTAKE, "three", F, P))

    assert told == ["2 of 3 mistakes are named, fewer than 90%"]


def test_mistake_may_be_named_as_another_with_the_same_hint():
    twin = proof(Kind.MISTAKE, "one", P, F, named="twin")
    told = Proof(kind=twin.kind, report=twin.report, hint="hint of twin")

    assert told.is_named


def test_mistake_that_passes_all_is_named():
    told = found(three=proof(Kind.MISTAKE, "three", P, P))

    assert "mistake three passes every check" in told


def test_check_that_no_mistake_fails_is_named():
    changed = {name: proof(Kind.MISTAKE, name, F, P) for name in ("one", "two")}

    assert "no known mistake fails adder/test_b" in found(**changed)


@pytest.mark.parametrize("name", GOOD)
def test_our_fault_is_never_a_proof(name):
    message = our_fault("why")
    broken = proof(GOOD[name].kind, name, Verdict.GRADER_ERROR, F, message=message)

    told = found(**{name: broken})

    assert f"{GOOD[name].kind} {name}: 1 grader errors: why" in told


def test_matrix_orders_cases_by_kind_and_says_what_they_fail():
    assert list(matrix(list(reversed(GOOD.values())))) == [
        ("reference reference", "2 of 2", "", "passes all"),
        ("stub stub", "0 of 2", "", "2 not attempted"),
        ("mistake one", "0 of 2", "named", "a, b"),
        ("mistake two", "1 of 2", "named", "b"),
        ("accepted other", "2 of 2", "", "passes all"),
    ]


def test_summary_counts_what_came_out_right():
    broken = proof(Kind.MISTAKE, "three", P, P)

    assert summary([*GOOD.values(), broken]) == (
        "reference: 1 of 1 in full; stub: 1 of 1 with nothing passed;"
        " mistake: 2 of 3 caught; accepted: 1 of 1 in full; named: 2 of 3"
    )


@pytest.fixture
def proofs_of(sandbox):
    """Proofs of an assignment, graded here."""

    def prove_here(catalog, assignment):
        def graded(works):
            for work in works:
                yield grade(
                    work.submission,
                    work.assignment,
                    release=catalog.release,
                    sandbox=sandbox,
                    run_checks=run_checks,
                )

        return list(prove(assignment, graded))

    return prove_here


def test_small_assignment_is_proved(catalog, tiny, proofs_of):
    proofs = proofs_of(catalog, tiny)

    assert [proof.report.submission for proof in proofs] == [
        "reference",
        "stub",
        "subtracts",
        "does_not_double",
        "by_sum",
    ]
    assert problems(tiny, proofs) == []


def works_asked(assignment, sample):
    """The cases that a sample of so many mistakes has, as they are to be graded."""
    asked = []

    def graded(works):
        asked.extend(works)
        return []

    list(prove(assignment, graded, sample))
    return asked


def names_asked(assignment, sample):
    return [work.submission.name for work in works_asked(assignment, sample)]


def test_sample_has_so_many_mistakes_and_all_else(tiny):
    names = names_asked(tiny, 1)

    assert [n for n in names if n not in ("subtracts", "does_not_double")] == [
        "reference",
        "stub",
        "by_sum",
    ]
    assert len(names) == 4


def test_sample_of_more_than_there_are_is_all(tiny):
    assert sorted(names_asked(tiny, 9)) == sorted(names_asked(tiny, None))


OTHER_CHECK = '''"""Checks of the other."""

import pytest


@pytest.mark.points(1)
def test_x(submission):
    """Lesson."""
'''


@pytest.mark.parametrize(
    ("sample", "parts"), [(1, ("adder",)), (None, ("adder", "other"))]
)
def test_variant_of_a_sample_is_asked_only_what_it_changes(
    write_catalog, tmp_path, sample, parts
):
    settings = 'title = "x"\ntitle_zh = "x"\nparts = ["adder", "other"]\n'
    files = {
        "{id}/assignment.toml": settings + 'profile = "torch"\n',
        "{id}/other.py": "x = 1\n",
        "{id}/public/test_other.py": OTHER_CHECK,
    }
    both = write_catalog(tmp_path, **files)["a1_tiny"]

    works = {work.submission.name: work for work in works_asked(both, sample)}

    assert works["by_sum"].assignment.parts == parts
    assert works["reference"].assignment.parts == ("adder", "other")


def test_variant_named_like_a_mistake_is_refused(write_catalog, tmp_path):
    changed = {"{id}/accepted/subtracts.py": "x = 1\n"}
    assignment = write_catalog(tmp_path, **changed)["a1_tiny"]

    with pytest.raises(CatalogError, match="named like a mistake"):
        list(prove(assignment, no_reports))


def test_mistake_that_does_not_fit_the_reference_is_refused(write_catalog, tmp_path):
    changed = {"{id}/adder.py": "def add(a, b):\n    return b + a\n"}
    assignment = write_catalog(tmp_path, **changed)["a1_tiny"]

    with pytest.raises(CatalogError, match=r"'subtracts'.* stands 0 times"):
        list(prove(assignment, no_reports))


def test_cases_are_what_students_could_hand_in(tiny):
    seen = []

    def note(works):
        seen.extend(works)
        return []

    list(prove(tiny, note))

    assert all(isinstance(work, Work) for work in seen)
    assert all(isinstance(work.submission, Submission) for work in seen)
    assert all(work.submission.files.keys() == {("a1_tiny", "adder")} for work in seen)
    few = {work.submission.name for work in seen if work.most_inputs is not None}
    assert few == {"subtracts", "does_not_double"}


def no_reports(works):
    raise AssertionError(f"graded {len(works)} cases")
