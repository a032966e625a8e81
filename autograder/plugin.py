"""The pytest plugin: gives checks their fixtures and turns their ends into findings.

It is loaded into every pytest run of the environment and does nothing there until a
check file is collected: a `test_<part>.py` in a folder that has an `assignment.toml`.
The same hooks serve a student's own run, where the submission is a module of this
process, and official grading, where it answers from behind the border.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.catalog import Assignment
from autograder.drawing import load_profile, set_seed
from autograder.drawn import asked_again
from autograder.errors import AutograderError
from autograder.explanation import our_fault
from autograder.kit.failures import SubmissionLost
from autograder.message import Message
from autograder.model import Check, Finding, Verdict, Visibility
from autograder.run import (
    CheckFunction,
    Run,
    assignment_of,
    check_of,
    own_run,
    reference_of,
)
from autograder.scoreboard import scoreboard
from autograder.submission import Opened
from autograder.verdict import conclude
from autograder.wording.language import LANGUAGES, preferred
from autograder.wording.lines import text

RUN = pytest.StashKey[Run]()
CHECK = pytest.StashKey[tuple[Assignment, Check]]()
FINDING = pytest.StashKey[Finding]()
OFFICIAL_OPTIONS = (
    # Nothing of the machine's or the submission's configuration takes part.
    f"--config-file={os.devnull}",
    "--noconftest",
    "--disable-plugin-autoload",
    "--strict-markers",
    "--import-mode=importlib",
    "--assert=plain",
    "--capture=sys",
    "-pautograder.plugin",
    "-pno:cacheprovider",
    # At its end it collects garbage five times over, 0.3 s with torch in memory.
    "-pno:unraisableexception",
    "-pno:terminal",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options of a student's own run."""
    group = parser.getgroup("autograder", "checks of assignments")
    group.addoption(
        "--submission",
        metavar="DIR",
        help="check the parts found in DIR/<assignment>/ or DIR/"
        " instead of those beside the checks",
    )
    group.addoption(
        "--tokenizer",
        metavar="DIR",
        type=Path,
        help="run checks that need a tokenizer with the one saved in DIR, too",
    )
    group.addoption(
        "--hint",
        action="count",
        default=0,
        help="add a hint to every failure: once a nudge, twice the idea as well",
    )
    group.addoption(
        "--lang",
        choices=LANGUAGES,
        default=preferred(),
        help="language of messages (default: as LANG says, here %(default)s)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Registers the marker, and prepares a student's own run if nobody grades."""
    config.addinivalue_line("markers", "points(n): what the check is worth")
    if RUN not in config.stash:
        config.stash[RUN] = own_run(config.getoption("--submission"))


def pytest_pycollect_makemodule(module_path: Path) -> None:
    """Loads the Hypothesis profile of checks as soon as there is a check file."""
    try:
        belongs = assignment_of(module_path) is not None
    except AutograderError as error:
        raise pytest.UsageError(str(error)) from error
    if belongs:
        load_profile()


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Ties every item to its check and seeds what official grading draws."""
    run = config.stash[RUN]
    for item in items:
        found = _check_of(item)
        if found is None:
            continue
        item.stash[CHECK] = found
        assignment, check = found
        run.assignments[assignment.id] = assignment
        if run.official and isinstance(item, pytest.Function):
            case = getattr(item, "callspec", None)
            function = CheckFunction(
                function=item.obj, parameters=dict(case.params) if case else {}
            )
            run.add_function(assignment, check, function)
        if run.draws is not None and isinstance(item, pytest.Function):
            seed, most = run.draws.seed(assignment, check), run.draws.most_inputs
            if set_seed(item.obj, seed):
                item.obj = asked_again(item.obj, item.name, seed, most)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs a check that needs a tokenizer with the embedded one, and one of DIR's."""
    if "tokenizer_folder" in metafunc.fixturenames:
        given = metafunc.config.getoption("--tokenizer")
        folders = [None, given] if given else [None]
        names = [folder.name if folder else "embedded" for folder in folders]
        metafunc.parametrize("tokenizer_folder", folders, ids=names)


class _NotOpened(Exception):  # noqa: N818 - carries an event
    """Carries what pytest does not expect of a fixture, or the next check breaks."""


@pytest.fixture
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    """The part that the requesting check is about, opened for it alone."""
    assignment, check = request.node.stash[CHECK]
    run = request.config.stash[RUN]
    with ExitStack() as stack:
        try:
            part = stack.enter_context(run.opener(assignment).open(check))
        except (SubmissionLost, SystemExit) as error:
            raise _NotOpened from error
        yield part


@pytest.fixture
def submission(opened: Opened) -> Any:
    """The part under check: the student's module, or a stand-in that answers for it."""
    return opened.module


@pytest.fixture
def probes(opened: Opened) -> Any:
    """Functions that run beside the part: `probes.<module>.<function>(...)`."""
    return opened.probes


@pytest.fixture
def reference(request: pytest.FixtureRequest) -> Any:
    """Our own solution of the part; hidden checks only, for it is never published."""
    assignment, check = request.node.stash[CHECK]
    return reference_of(assignment, check.part)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Notes what the item's check came to and words it for the student."""
    report = yield
    if CHECK not in item.stash:
        return report
    assignment, check = item.stash[CHECK]
    run = item.config.stash[RUN]
    finding = _finding(run, assignment, check, call, report)
    opened = getattr(item, "funcargs", {}).get("opened")
    if finding is not None:
        if opened and opened.transcript and check.visibility is Visibility.PUBLIC:
            from autograder.snippet import with_snippet  # noqa: PLC0415 - torch, 1.5 s

            names = {"assignment": assignment.id, "part": check.part}
            finding = with_snippet(finding, opened.transcript, **names)
        item.stash[FINDING] = finding
        run.note(assignment, check, finding)
        if finding.message is not None and not _wants_traceback(item.config):
            report.longrepr = _worded(finding.message, check, item.config)
        report.user_properties.append(("verdict", finding.verdict.value))
    if call.when == "teardown" and opened and FINDING in item.stash:
        # Only now is the worker gone, all that it printed here, and its memory known.
        run.add_end(assignment, check, item.stash[FINDING], opened)
    return report


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Counts untouched stubs apart from failures, without a message each."""
    verdict = dict(getattr(report, "user_properties", ())).get("verdict")
    if report.failed and verdict == Verdict.NOT_ATTEMPTED:
        return "not attempted", "n", "NOT ATTEMPTED"
    return None


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Ends a student's own run with the scoreboard."""
    run = config.stash[RUN]
    if run.official or not run.findings:
        return
    terminalreporter.section("scoreboard")
    language = config.getoption("--lang")
    for line in scoreboard(run.assignments.values(), run.findings, language):
        terminalreporter.write_line(line)


def session(run: Run, assignment: Assignment, parts: Sequence[str]) -> None:
    """Runs the checks of `parts` for `run`, whose findings say what they came to."""
    files = [str(file) for file in assignment.check_files(parts)]
    if files:
        # A check's module is named from here, and parts may share a name.
        root = f"--rootdir={assignment.folder.parent}"
        pytest.main([*files, root, *OFFICIAL_OPTIONS], plugins=[_Grading(run)])


class _Grading:
    """Puts an official run in place before the module's own hooks look for one."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[RUN] = self._run
        config.option.tbstyle = "no"  # nobody reads it, and it takes 0.2 s a failure


def _finding(
    run: Run,
    assignment: Assignment,
    check: Check,
    call: pytest.CallInfo[None],
    report: pytest.TestReport,
) -> Finding | None:
    if report.skipped or hasattr(report, "wasxfail"):
        if not run.official:
            return None
        said = our_fault("the check was skipped or expected to fail: never a pass")
        return Finding(verdict=Verdict.GRADER_ERROR, message=said)
    if call.excinfo is None:
        passed = call.when == "call"
        return (
            Finding(verdict=Verdict.PASSED, seconds=call.duration) if passed else None
        )
    error = call.excinfo.value
    if isinstance(error, _NotOpened) and error.__cause__ is not None:
        error = error.__cause__
    return conclude(
        error,
        check,
        assignment=assignment,
        official=run.official,
        folder=run.submission_folder(assignment),
        seconds=call.duration,
    )


def _worded(message: Message, check: Check, config: pytest.Config) -> str:
    hints = check.hints[: config.getoption("--hint")]
    return text(replace(message, hints=hints), config.getoption("--lang"))


def _check_of(item: pytest.Item) -> tuple[Assignment, Check] | None:
    if not isinstance(item, pytest.Function):
        return None
    return check_of(item.path, item.originalname)


def _wants_traceback(config: pytest.Config) -> bool:
    return bool(config.getoption("tbstyle", "auto") not in ("auto", "no"))
