"""The pytest plugin: gives checks their fixtures and turns their ends into findings.

It is loaded into every pytest run of the environment and does nothing there until a
check file is collected: a `test_<part>.py` in a folder that has an `assignment.toml`.
The same hooks serve a student's own run, where the submission is a module of this
process, and official grading, where it answers from behind the border.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from autograder.catalog import SETTINGS, Assignment, read_assignment
from autograder.errors import AutograderError
from autograder.grading import Ran
from autograder.kit.failures import SubmissionLost
from autograder.model import Check, Finding, Verdict
from autograder.sandbox import Sandbox
from autograder.scoreboard import scoreboard
from autograder.submission import Opened, Opener
from autograder.submission.inprocess import InProcess
from autograder.verdict import conclude
from autograder.worker.loading import load_part

EXAMPLES = 30
"""Inputs that a property is tried on; changing it changes every draw."""


@dataclass(kw_only=True)
class Run:
    """What one pytest session is about: whose part answers, and what came of it."""

    opener: Callable[[Assignment], Opener]
    official: bool
    submission_folder: Callable[[Assignment], Path]
    seed: Callable[[Assignment, Check], int] | None = None
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)
    """By assignment and check; of several items of one check the worst counts."""
    assignments: dict[str, Assignment] = field(default_factory=dict)

    def note(self, assignment: Assignment, check: Check, finding: Finding) -> None:
        """Keeps `finding` unless the check has already come to something worse."""
        key = (assignment.id, check.id)
        known = self.findings.get(key)
        if known is None or known.verdict is Verdict.PASSED:
            self.findings[key] = finding

    def add_output(
        self, assignment: Assignment, check: Check, finding: Finding, output: str
    ) -> None:
        """Adds what student code printed, if `finding` is the one that counts."""
        key = (assignment.id, check.id)
        if self.findings.get(key) is finding:
            self.findings[key] = replace(finding, output=output)


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


def pytest_configure(config: pytest.Config) -> None:
    """Registers the marker, and prepares a student's own run if nobody grades."""
    config.addinivalue_line("markers", "points(n): what the check is worth")
    if RUN not in config.stash:
        config.stash[RUN] = _own_run(config.getoption("--submission"))


def pytest_pycollect_makemodule(module_path: Path) -> None:
    """Loads the Hypothesis profile of checks as soon as there is a check file."""
    if _assignment_of(module_path) is not None:
        _load_profile()


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
        if run.seed is not None and isinstance(item, pytest.Function):
            _seed(item.obj, run.seed(assignment, check))


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
    return load_part(
        assignment.folder, package=f"{assignment.id}_reference", part=check.part
    )


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
    if finding is not None:
        item.stash[FINDING] = finding
        run.note(assignment, check, finding)
        if finding.verdict is not Verdict.PASSED and not _wants_traceback(item.config):
            report.longrepr = finding.message
        report.user_properties.append(("verdict", finding.verdict.value))
    opened = getattr(item, "funcargs", {}).get("opened")
    if call.when == "teardown" and opened and FINDING in item.stash:
        # Only now is the worker gone, and all that it printed here.
        run.add_output(assignment, check, item.stash[FINDING], opened.output())
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
    for line in scoreboard(run.assignments.values(), run.findings):
        terminalreporter.write_line(line)


def run_checks(
    assignment: Assignment,
    folder: Path,
    sandbox: Sandbox,
    *,
    seed: Callable[[Assignment, Check], int],
    parts: Sequence[str],
) -> Ran:
    """Runs the checks of `parts` on the submission in `folder`, officially.

    Student code runs in workers of `sandbox`; a check without a finding of its own is
    missing from the result, and the caller must not take that for a pass.
    """
    from autograder.submission.standin import Confined  # noqa: PLC0415 - torch, 1.5 s

    confined = Confined(sandbox, assignment, folder)
    run = Run(
        opener=lambda _: confined,
        official=True,
        submission_folder=lambda _: folder,
        seed=seed,
    )
    files = [str(file) for file in assignment.check_files(parts)]
    if files:
        # A check's module is named from here, and parts may share a name.
        root = f"--rootdir={assignment.folder.parent}"
        pytest.main([*files, root, *OFFICIAL_OPTIONS], plugins=[_Grading(run)])
    findings = {check: finding for (_, check), finding in run.findings.items()}
    return Ran(findings=findings, tiers=frozenset(confined.tiers))


class _Grading:
    """Puts an official run in place before the module's own hooks look for one."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[RUN] = self._run


def _own_run(submission: str | None) -> Run:
    def folder(assignment: Assignment) -> Path:
        if submission is None:
            return assignment.folder
        nested = Path(submission, assignment.id).resolve()
        return nested if nested.is_dir() else Path(submission).resolve()

    return Run(
        opener=lambda a: InProcess(folder(a), assignment=a.id),
        official=False,
        submission_folder=folder,
    )


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
        text = "the check was skipped or expected to fail, which is never a pass"
        return Finding(verdict=Verdict.GRADER_ERROR, message=text)
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
        assignment=assignment.id,
        official=run.official,
        folder=run.submission_folder(assignment),
        seconds=call.duration,
    )


def _check_of(item: pytest.Item) -> tuple[Assignment, Check] | None:
    assignment = _assignment_of(item.path)
    if assignment is None or not isinstance(item, pytest.Function):
        return None
    part = item.path.stem.removeprefix("test_")
    for check in assignment.checks:
        if check.part == part and check.name == item.originalname:
            return assignment, check
    return None


def _assignment_of(check_file: Path) -> Assignment | None:
    folder = check_file.parent
    if folder.name in ("public", "hidden"):
        folder = folder.parent
    return _read(folder) if (folder / SETTINGS).is_file() else None


@cache
def _read(folder: Path) -> Assignment:
    try:
        return read_assignment(folder)
    except AutograderError as error:
        raise pytest.UsageError(str(error)) from error


def _load_profile() -> None:
    from hypothesis import HealthCheck, Phase, settings  # noqa: PLC0415 - 0.2 s

    settings.register_profile(
        "autograder",
        database=None,
        deadline=None,
        derandomize=True,
        max_examples=EXAMPLES,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        print_blob=False,
        report_multiple_bugs=False,
        # One worker serves all examples of a check on purpose, and a slow submission
        # is judged by its limits.
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
        ],
    )
    settings.load_profile("autograder")


def _seed(function: Callable[..., Any], value: int) -> None:
    from hypothesis import is_hypothesis_test, seed  # noqa: PLC0415 - 0.2 s

    if is_hypothesis_test(function):
        seed(value)(function)


def _wants_traceback(config: pytest.Config) -> bool:
    return bool(config.getoption("tbstyle", "auto") not in ("auto", "no"))
