"""Words what a student may be told of one check, as plain text for other platforms."""

from __future__ import annotations

from decimal import Decimal

from autograder.letter import LONGEST_OUTPUT, said
from autograder.model import CheckResult, Verdict, Visibility
from autograder.wording.lines import printable, text


def told(result: CheckResult, language: str = "en") -> str:
    """The verdict and its message; nothing besides of a check that passed."""
    finding = result.finding
    verdict = said(result, language)
    if finding.verdict is Verdict.PASSED:
        return verdict
    lines = [verdict]
    if finding.message is not None:
        lines.append(text(finding.message, language))
    if result.check.visibility is Visibility.PUBLIC and finding.output.strip():
        output = finding.output[:LONGEST_OUTPUT].rstrip()
        lines += map(printable, output.splitlines())
    return "\n".join(lines)


def number(points: Decimal) -> int | float:
    """Points as a JSON number."""
    return int(points) if points == int(points) else float(points)
