"""The words of grading as plain data: check, verdict, result, report.

Nothing here runs anything.  Only the grader's process builds a `Verdict`; student
code answers with values.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from autograder.cause import Cause
from autograder.message import Message, Words


class Visibility(StrEnum):
    """Whether a student has the check or only its result."""

    PUBLIC = "public"
    HIDDEN = "hidden"


class Verdict(StrEnum):
    """What the grader concludes of one check."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    """The submission answered with wrong values."""
    RAISED = "RAISED"
    """Student code raised, or returned what may not cross the border."""
    NOT_ATTEMPTED = "NOT_ATTEMPTED"
    """The stub is untouched, or the file was not handed in."""
    TIMED_OUT = "TIMED_OUT"
    CRASHED = "CRASHED"
    """The worker died: by a signal, of memory, or because student code ended it."""
    POLICY = "POLICY"
    """The submission uses what the assignment forbids."""
    GRADER_ERROR = "GRADER_ERROR"
    """Our fault: it yields no score and never counts against the student."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check of a part, as its source file declares it."""

    part: str
    name: str
    points: int
    visibility: Visibility
    lesson: Words
    """The sentence that a student reads; in English it is the check's docstring."""
    title_zh: str = ""
    hints: tuple[Words, ...] = ()
    """What a student may ask for: first a nudge, then the idea."""

    @property
    def id(self) -> str:
        """Name that is unique within an assignment, such as `collator/test_x`."""
        return f"{self.part}/{self.name}"

    @property
    def short_name(self) -> str:
        """What names the check in `pytest -k`."""
        return self.name.removeprefix("test_")

    @property
    def title(self) -> Words:
        """The check's name as a sentence."""
        return Words(en=self.short_name.replace("_", " "), zh=self.title_zh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check came to, before it is joined with the others."""

    verdict: Verdict
    message: Message | None = None
    seconds: float = 0.0
    peak_bytes: int = 0
    """The most memory that its worker held, libraries included; 0 if not known."""
    output: str = ""
    """What student code printed; plain data, capped and stripped."""
    cause: Cause | None = None
    """What explains a failure; its student is not told that of a hidden check."""
    verdicts: tuple[Verdict, ...] = ()
    """What each repetition came to; empty where the check ran once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check and what it came to for one submission."""

    check: Check
    finding: Finding

    @property
    def is_flaky(self) -> bool:
        """Whether repetitions came to different verdicts on the submission."""
        ours = self.finding.verdict is Verdict.GRADER_ERROR
        return not ours and len(set(self.finding.verdicts)) > 1

    @property
    def is_earned(self) -> bool:
        """Whether its points are earned: a flaky check is nobody's loss."""
        return self.finding.verdict is Verdict.PASSED or self.is_flaky

    @property
    def earned(self) -> int:
        """Points that this check adds to the score."""
        return self.check.points if self.is_earned else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All verdicts of one submission of one assignment."""

    submission: str
    assignment: str
    results: tuple[CheckResult, ...]
    notes: tuple[str, ...] = ()
    """What intake has to say: files that are missing, misnamed or refused."""
    isolation: str = "none"
    """The tier that every worker of this submission reached."""
    digest: str = ""
    """SHA-256 over the files handed in."""
    release: str = ""
    """Name of the release whose checks these are."""
    checks_digest: str = ""
    """SHA-256 over what the checks are made of, the rules of the score left out."""
    seed_digest: str = ""
    """SHA-256 over the release's secret."""
    versions: dict[str, str] = field(default_factory=dict)
    device: str = ""
    graded_at: str = ""
    """When it was graded, in UTC."""
    seconds: float = 0.0
    student: str = ""
    """Who handed it in, as the roster or the export names them."""
    canvas_id: str = ""
    """What Canvas knows them by; empty where the submission is not from there."""
    attempt: int = 1
    late_seconds: float = 0.0
    submitted_at: str = ""
    identical_to: str = ""
    """The submission with the same files that was graded in its stead."""

    @property
    def owner(self) -> str:
        """Who handed it in; the submission's name where nothing else says it."""
        return self.student or self.submission

    @property
    def score(self) -> int | None:
        """Points of the verdicts, without rules; None where any is our fault."""
        if self.count(Verdict.GRADER_ERROR):
            return None
        return sum(result.earned for result in self.results)

    @property
    def max_score(self) -> int:
        """Points that could be earned."""
        return total_points(result.check for result in self.results)

    def count(self, verdict: Verdict) -> int:
        """How many checks came to `verdict`."""
        return sum(result.finding.verdict is verdict for result in self.results)


def total_points(checks: Iterable[Check]) -> int:
    """Sum of the points of `checks`."""
    return sum(check.points for check in checks)
