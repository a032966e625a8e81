"""The contract of a worker holds on this machine, and what breaks it is told."""

import sys
from dataclasses import replace

import pytest

if sys.platform != "linux":
    pytest.skip("confines on Linux only", allow_module_level=True)

from autograder.cli import main
from autograder.errors import SandboxError, UsageError
from autograder.selftest.behaviour import Behaviour, crashed, raised, returned
from autograder.selftest.contract import BEHAVIOURS, chosen
from autograder.selftest.run import Status, judge, promises

TIERS = ("full", "standard", "partial", "none")
ANSWERS = Behaviour(
    name="answers", act="return 7", expected=returned(7), is_honest=True
)


@pytest.fixture(scope="module", params=TIERS)
def judged(request):
    """Workers of one tier."""
    try:
        with judge(request.param) as made:
            yield made
    except SandboxError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def unconfined():
    with judge("none") as made:
        yield made


@pytest.mark.parametrize(
    "behaviour",
    [pytest.param(b, id=b.name.replace(" ", "_")) for b in BEHAVIOURS],
)
def test_worker_shows_behaviour(judged, behaviour):
    if not promises(judged.here.tier, behaviour):
        pytest.skip(f"promised from tier {behaviour.tier} up")

    result = judged.judge(behaviour)

    assert (result.status, result.detail) == (Status.OK, "")


def test_contract_has_many_behaviours_with_a_name_each():
    names = {behaviour.name for behaviour in BEHAVIOURS}

    assert len(names) == len(BEHAVIOURS) >= 45


def test_behaviour_that_student_code_attacks_has_a_control():
    honest = {b.expected.ending for b in BEHAVIOURS if b.is_honest}

    assert honest == {"returned"}


BROKEN = {
    "another_value": (
        {"expected": returned(8)},
        "expected: returned 8; got: returned 7",
    ),
    "another_type": (
        {"expected": returned(7.0)},
        "expected: returned 7.0; got: returned 7",
    ),
    "a_value_for_an_exception": (
        {"expected": raised("OSError")},
        "expected: raised OSError; got: returned 7",
    ),
    "another_exception": (
        {"act": "raise KeyError('x')", "expected": raised("OSError")},
        "expected: raised OSError; got: raised KeyError: 'x'",
    ),
    "another_reason": (
        {"act": "import os\nos._exit(3)", "expected": crashed("status 4")},
        (
            "expected: crashed with 'status 4'; got: crashed the process ended: the"
            " code ended it with exit status 3"
        ),
    ),
    "a_control_that_raises": (
        {"is_honest": False, "control": "return 1 / 0"},
        "the control failed: raised ZeroDivisionError: division by zero",
    ),
    "a_control_that_is_not_true": (
        {"is_honest": False, "control": "return 1"},
        "the control failed: returned 1",
    ),
    "an_act_that_is_no_control": (
        {"is_honest": False},
        "the control failed without confinement: returned 7",
    ),
    "an_earlier_worker_that_raises": (
        {"earlier": "return no_such_name"},
        (
            "the earlier worker failed: raised NameError: name 'no_such_name' is not"
            " defined"
        ),
    ),
    "an_aftermath": ({"after": lambda _: "it is not over"}, "it is not over"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_broken_behaviour_is_reported(unconfined, fault):
    changed, detail = BROKEN[fault]

    result = unconfined.judge(replace(ANSWERS, **changed))

    assert (result.status, result.detail) == (Status.FAILED, detail)


def test_behaviour_is_fulfilled_that_the_broken_ones_vary(unconfined):
    result = unconfined.judge(ANSWERS)

    assert result.status is Status.OK


def test_behaviour_is_not_held_against_a_lower_tier(unconfined):
    result = unconfined.judge(replace(ANSWERS, expected=returned(8), tier="partial"))

    assert str(result) == "not held  answers: from tier partial up"


def test_chosen_behaviours_have_the_text_in_their_names():
    names = [behaviour.name for behaviour in chosen("MATMUL")]

    assert names == ["matmul equals the grader's bit for bit"]


def test_choosing_no_behaviour_is_a_wrong_use():
    with pytest.raises(UsageError, match="no behaviour has 'no such' in its name"):
        chosen("no such")


def test_command_prints_a_line_a_behaviour_and_a_summary(capsys):
    status = main(["doctor", "--self-test", "--tier", "none", "--only", "a socket"])

    assert status == 0
    assert capsys.readouterr().out.splitlines() == [
        "not held  cannot open a socket: from tier partial up",
        (
            "not held  cannot open a socket where processes are allowed:"
            " from tier partial up"
        ),
        "0 ok, 0 FAILED, 2 not held at isolation none",
    ]


def test_command_says_what_is_ok_at_the_highest_tier(capsys):
    status = main(["doctor", "--self-test", "--only", "exit with status 0"])

    first, last = capsys.readouterr().out.splitlines()
    assert status == 0
    assert first == "ok        an exit with status 0 is CRASHED, never a pass"
    assert last.startswith("1 ok, 0 FAILED, 0 not held at isolation ")


def test_command_fails_when_a_behaviour_does(capsys, monkeypatch):
    broken = replace(ANSWERS, expected=returned(8))
    monkeypatch.setattr("autograder.selftest.contract.BEHAVIOURS", (ANSWERS, broken))

    status = main(["doctor", "--self-test", "--tier", "none"])

    assert status == 1
    assert capsys.readouterr().out.splitlines() == [
        "ok        answers",
        "FAILED    answers: expected: returned 8; got: returned 7",
        "1 ok, 1 FAILED, 0 not held at isolation none",
    ]


@pytest.mark.parametrize("option", ["--tier=none", "--only=x"])
def test_option_of_the_self_test_alone_is_a_wrong_use(option, capsys):
    status = main(["doctor", option])

    assert status == 2
    assert "--self-test" in capsys.readouterr().err
