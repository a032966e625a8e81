"""What students handed in, as data, and what of it is to be graded."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from autograder.catalog import Assignment
from autograder.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What one student handed in, as far as the assignments ask for it."""

    name: str
    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    """Sources by assignment and part."""
    sources: tuple[str, ...] = ()
    """Names of the Python files there were, to tell a student what was misnamed."""
    notes: tuple[str, ...] = ()
    """What the student should know: files that are missing, misnamed or refused."""
    student: str = ""
    """Whose it is: an id of the roster; where none is known, the submission's name."""
    canvas_id: str = ""
    """What Canvas knows the student by; empty where it does not come from there."""
    attempt: int = 1
    """Which of this student's submissions it is, the first one from 1."""
    late_seconds: float = 0.0
    submitted_at: str = ""
    """ISO time with an offset; empty where the export does not say."""

    def __post_init__(self) -> None:
        if not self.student:
            object.__setattr__(self, "student", self.name)

    def assignments(self) -> set[str]:
        """Ids of the assignments that it has at least one part of."""
        return {assignment for assignment, _ in self.files}

    def digest(self, assignment: str) -> str:
        """SHA-256 over the parts of `assignment`, in the order of their names."""
        total = sha256()
        for (owner, part), source in sorted(self.files.items()):
            if owner == assignment:
                total.update(f"{part} {len(source)}\n".encode() + source)
        return total.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One submission to be graded for one assignment.

    Attributes:
        submission: what was handed in.
        assignment: what it is graded for.
        most_inputs: how many of the inputs that a property draws it is asked, the
            examples that its check names first; None: all, as for every student.
    """

    submission: Submission
    assignment: Assignment
    most_inputs: int | None = None


def plan(
    submissions: list[Submission], assignments: list[Assignment], *, chosen: bool
) -> list[Work]:
    """What there is to grade.

    Every submission is graded for every assignment that anybody handed in, so that
    whoever handed in nothing is in the gradebook too.

    Args:
        submissions: what was found.
        assignments: those whose parts were looked for.
        chosen: whether a person named the assignments; then all of them are graded.

    Raises:
        UsageError: if no submission has a part of any assignment.
    """
    handed_in = {a.id for a in assignments if chosen}
    handed_in = handed_in.union(*(found.assignments() for found in submissions))
    if not handed_in or not submissions:
        parts = ", ".join(f"{part}.py" for a in assignments for part in a.parts)
        raise UsageError(f"no submission found: none holds any of {parts}")
    return [
        Work(submission=submission, assignment=assignment)
        for assignment in assignments
        if assignment.id in handed_in
        for submission in submissions
    ]
