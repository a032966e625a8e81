"""How a report becomes Otter's results, read back by Otter itself."""

import json
import subprocess
import sys

import pytest

from autograder.message import Words, plain
from autograder.model import (
    Check,
    CheckResult,
    Finding,
    Report,
    Verdict,
    Visibility,
)
from autograder.otter.layout import ENTRY
from autograder.otter.results import OUR_FAULT, graded, not_graded

# In a process of its own: importing Otter warns.
READ = """
import json, sys
from otter.test_files import GradingResults
results = GradingResults.from_ottr_json(sys.stdin.read()).results
print(json.dumps({name: [r.score, r.possible] for name, r in results.items()}))
"""
RESOLVE = """
from otter.run.run_autograder.autograder_config import AutograderConfig
from otter.run.run_autograder.runners.python_runner import PythonRunner
print(PythonRunner(AutograderConfig({})).resolve_submission_path())
"""


def python(program, **options):
    ran = subprocess.run(
        [sys.executable, "-I", "-c", program],
        check=True,
        capture_output=True,
        text=True,
        **options,
    )
    return ran.stdout.strip()


def result(part, visibility, verdict, points):
    check = Check(
        part=part,
        name="test_is_right",
        points=points,
        visibility=visibility,
        lesson=Words(en="It is right."),
    )
    message = plain("expected 1   got 2")
    finding = Finding(verdict=verdict, message=message, output="hello\n")
    return CheckResult(check=check, finding=finding)


def report(*results):
    return Report(
        submission="me", assignment="a9_sums", results=results, notes=("a note",)
    )


def texts(entries):
    found = json.loads(entries)["test_file_results"]
    return [entry["test_case_results"][0]["error"] for entry in found]


def test_otter_reads_one_entry_a_check_when_parts_share_a_check_s_name():
    results = graded(
        report(
            result("add", Visibility.PUBLIC, Verdict.PASSED, 2),
            result("scale", Visibility.PUBLIC, Verdict.FAILED, 3),
            result("root", Visibility.HIDDEN, Verdict.PASSED, 4),
        )
    )

    read = json.loads(python(READ, input=results.entries))

    assert read == {
        "add.test_is_right": [2, 2],
        "scale.test_is_right": [0, 3],
        "root.test_is_right": [4, 4],
    }


def test_otter_prefers_a_notebook_to_any_script(tmp_path):
    for name in ("a.py", "b.py", ENTRY):
        (tmp_path / name).touch()

    assert python(RESOLVE, cwd=tmp_path) == ENTRY


@pytest.mark.parametrize("verdict", [v for v in Verdict if v is not Verdict.PASSED])
def test_only_a_pass_earns_points(verdict):
    results = graded(report(result("add", Visibility.PUBLIC, verdict, 2)))

    (entry,) = json.loads(results.entries)["test_file_results"]

    assert entry["test_case_results"][0]["passed"] is False


def test_public_check_shows_its_message_and_what_the_code_printed():
    results = graded(report(result("add", Visibility.PUBLIC, Verdict.FAILED, 2)))

    assert texts(results.entries) == [
        "failed\nexpected 1   got 2\nwhat your code printed:\nhello\n"
    ]


def test_hidden_check_shows_its_verdict_only():
    results = graded(report(result("add", Visibility.HIDDEN, Verdict.TIMED_OUT, 2)))

    assert texts(results.entries) == ["timed out"]


def test_output_says_the_notes_and_how_much_is_hidden():
    results = graded(
        report(
            result("add", Visibility.PUBLIC, Verdict.PASSED, 2),
            result("add", Visibility.HIDDEN, Verdict.FAILED, 5),
        )
    )

    assert "a note" in results.output
    assert "Hidden checks, worth 5 more points" in results.output
    assert "2 of 2 points" in results.output


def test_failed_judge_earns_nothing_of_all_points_and_says_whose_fault_it_is():
    results = not_graded(10, "the grader ended with exit status 3")

    (entry,) = json.loads(results.entries)["test_file_results"]
    (case,) = entry["test_case_results"]

    assert (case["passed"], case["test_case"]["points"]) == (False, 10)
    assert case["error"].startswith(OUR_FAULT)
    assert results.output.endswith("the grader ended with exit status 3")
