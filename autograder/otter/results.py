"""Words a report as Otter's results, one entry a check.

The entries carry what a student may see once grades are published: of hidden checks
the title and the verdict.  The output beside them is seen at once and speaks of public
checks only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from autograder.feedback import feedback
from autograder.letter import LONGEST_OUTPUT
from autograder.model import CheckResult, Report, Verdict, Visibility, total_points
from autograder.wording.lines import text as words

OUR_FAULT = (
    "The grader failed, and that is not your code's fault: nothing was graded, and this"
    " 0 is no score.  The submission has to be graded again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """What Otter is to say of a submission."""

    entries: str
    """JSON that `GradingResults.from_ottr_json` reads."""
    output: str
    """Text that stands above the entries."""


def graded(report: Report) -> Graded:
    """The results of a submission that was graded; `report` has a score."""
    entries = [
        _entry(
            # Otter takes the name up to its last dot, and needs it to be unique.
            f"{result.check.part}.{result.check.name}",
            title=result.check.title.en,
            points=result.check.points,
            passed=result.finding.verdict is Verdict.PASSED,
            hidden=result.check.visibility is Visibility.HIDDEN,
            text=_text(result),
        )
        for result in report.results
    ]
    return Graded(entries=_to_json(entries), output=_output(report))


def not_graded(points: int, reason: str) -> Graded:
    """The results where the judge failed: no points, and whose fault that is."""
    text = f"{OUR_FAULT}\n\nreason: {reason}"
    entry = _entry(
        "not_graded",
        title="the grader failed",
        points=points,
        passed=False,
        hidden=False,
        text=text,
    )
    return Graded(entries=_to_json([entry]), output=text)


def _output(report: Report) -> str:
    public, hidden = (
        tuple(r for r in report.results if r.check.visibility is wanted)
        for wanted in (Visibility.PUBLIC, Visibility.HIDDEN)
    )
    text = feedback(replace(report, results=public))
    if hidden:
        points = total_points(result.check for result in hidden)
        text += f"\nHidden checks, worth {points} more points, are not shown here.\n"
    return text


def _text(result: CheckResult) -> str:
    """What an entry says; that of a hidden check says no more than its verdict."""
    finding = result.finding
    if finding.verdict is Verdict.PASSED:
        return ""
    verdict = finding.verdict.value.lower().replace("_", " ")
    if result.check.visibility is Visibility.HIDDEN:
        return verdict
    text = f"{verdict}\n{words(finding.message)}" if finding.message else verdict
    if finding.output.strip():
        text += f"\nwhat your code printed:\n{finding.output[:LONGEST_OUTPUT]}"
    return text


def _entry(
    name: str, *, title: str, points: int, passed: bool, hidden: bool, text: str
) -> dict[str, Any]:
    case = {
        "name": title,
        "code": "",
        "hidden": hidden,
        "points": points,
        "success_message": None,
        "failure_message": None,
    }
    result = {"passed": passed, "error": text, "test_case": case}
    return {"filename": f"{name}.py", "points": None, "test_case_results": [result]}


def _to_json(entries: list[dict[str, Any]]) -> str:
    return json.dumps({"test_file_results": entries})
