"""Exports verdicts as JUnit XML: a suite each submission, `error` where we failed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from autograder.gradebook.records import Entry
from autograder.gradebook.told import told
from autograder.model import CheckResult, Verdict

ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold, however it is written."""


def to_junit(entries: Iterable[Entry]) -> str:
    """All verdicts as one document."""
    suites = ET.Element("testsuites", name="autograder")
    for entry in entries:
        _add_suite(suites, entry)
    ET.indent(suites)
    text = ET.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _add_suite(suites: ET.Element, entry: Entry) -> None:
    report = entry.report
    ours = report.count(Verdict.GRADER_ERROR)
    suite = ET.SubElement(
        suites,
        "testsuite",
        name=_legal(f"{report.assignment}/{report.submission}"),
        tests=str(len(report.results)),
        failures=str(len(report.results) - report.count(Verdict.PASSED) - ours),
        errors=str(ours),
        skipped="0",
        time=f"{report.seconds:.3f}",
    )
    for result in report.results:
        _add_case(suite, report.assignment, result)


def _add_case(suite: ET.Element, assignment: str, result: CheckResult) -> None:
    check, verdict = result.check, result.finding.verdict
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"{assignment}.{check.part}",
        name=check.name,
        time=f"{result.finding.seconds:.3f}",
        file=f"{assignment}/{check.part}.py",
    )
    if verdict is Verdict.PASSED:
        return
    kind = "error" if verdict is Verdict.GRADER_ERROR else "failure"
    first, _, rest = told(result).partition("\n")
    found = ET.SubElement(case, kind, type=verdict.value, message=_legal(first))
    found.text = _legal(rest)


def _legal(text: str) -> str:
    return ILLEGAL.sub("\ufffd", text)
