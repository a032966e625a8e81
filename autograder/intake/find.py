"""Finds submissions at paths, says whose they are and which of them to grade."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from autograder.catalog import Assignment
from autograder.errors import UsageError
from autograder.intake.archives import is_archive, open_archive
from autograder.intake.attempts import Taken, kept, numbered
from autograder.intake.boxes import shown, suffix
from autograder.intake.exports import Look, read_export
from autograder.intake.identity import find
from autograder.intake.layouts.handed_in import HandedIn
from autograder.intake.names import colliding, safe
from autograder.intake.parts import SOURCES, Chosen, choose, choose_source
from autograder.intake.submission import Submission
from autograder.roster import Roster

LATE_BY_UNKNOWN = 1.0
"""Seconds that a late submission is late by if nothing says how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of intake besides paths.

    Attributes:
        layout: one of `autograder.arguments.LAYOUTS`.
        keep: which submissions of one student: one of
            `autograder.gradebook_arguments.KEEPS`.
        roster: who takes the course; None if that is not known.
        due: when submissions were due; None: lateness is what the export says.
        ignore: a folder that holds results, not submissions.
    """

    layout: str = "auto"
    keep: str = "latest"
    roster: Roster | None = None
    due: datetime | None = None
    ignore: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Submissions, in the roster's order, and what a person should know of them."""

    submissions: list[Submission]
    said: list[str] = field(default_factory=list)


def take_in(paths: list[Path], assignments: list[Assignment], asked: Asked) -> Found:
    """Every submission at `paths`, and an empty one of everybody else on the roster.

    Raises:
        UsageError: if a path does not exist or is no export of the layout asked for, or
            two submissions are not told apart.
    """
    said: list[str] = []
    taken: list[Taken] = []
    look = Look(layout=asked.layout, ignore=asked.ignore, is_alone=len(paths) == 1)
    for number, path in enumerate(paths):
        with ExitStack() as stack:
            export = read_export(path, assignments, look, stack)
            said += (f"{path}: {line}" for line in export.said)
            taken += (_taken(h, number, assignments, asked) for h in export.handed_in)
    submissions = kept(numbered(taken), asked.keep)
    if asked.due is not None and (n := sum(not s.submitted_at for s in submissions)):
        said.append(f"{n} submissions have no time: --due says nothing of them")
    if asked.roster is not None:
        submissions = _rolled(submissions, asked.roster, said)
    if doubled := colliding(s.name for s in submissions):
        names = ", ".join(sorted(doubled))
        raise UsageError(f"results would have one name: {names}; grade them apart")
    return Found(submissions=submissions, said=said)


def find_submissions(
    paths: list[Path], assignments: list[Assignment], *, ignore: Path | None = None
) -> list[Submission]:
    """Every submission at `paths`, the latest of each student; see `take_in`."""
    return take_in(paths, assignments, Asked(ignore=ignore)).submissions


def _taken(
    handed_in: HandedIn, path: int, assignments: list[Assignment], asked: Asked
) -> Taken:
    chosen = _chosen(handed_in, assignments)
    student = find(asked.roster, handed_in) if asked.roster else None
    # A disk may hold names that cannot be written down.
    name = handed_in.label.encode("utf-8", "replace").decode()
    if handed_in.is_export:
        extra = handed_in.id if handed_in.id != handed_in.label else ""
        name = safe("_".join(filter(None, (handed_in.label, extra))))
    late = _late(handed_in, asked.due)
    if handed_in.is_late and late == LATE_BY_UNKNOWN:
        chosen.notes.append("it is late; the export does not say by how much")
    whose = handed_in.id if handed_in.is_export and not asked.roster else name
    submission = Submission(
        name=safe(student.id) if student else name,
        student=student.id if student else whose or name,
        canvas_id=handed_in.canvas_id,
        files=chosen.files,
        sources=chosen.sources,
        notes=tuple(chosen.notes),
        late_seconds=late,
        submitted_at=at.isoformat() if (at := handed_in.submitted_at) else "",
    )
    return Taken(
        submission=submission,
        is_known=handed_in.is_export or student is not None,
        order=(path, handed_in.order),
        submitted_at=handed_in.submitted_at,
    )


def _chosen(handed_in: HandedIn, assignments: list[Assignment]) -> Chosen:
    """The parts of a submission, which is a folder or a single file of any kind."""
    box = handed_in.box
    if not handed_in.is_file:
        return choose(box, assignments)
    [(name, file)] = box.files.items()
    if is_archive(file):
        with ExitStack() as stack:
            return choose(open_archive(name, file, stack), assignments)
    if suffix(name) in SOURCES:
        return choose_source(name, file, assignments)
    return Chosen(notes=[f"{shown(name)} is neither a zip, a folder nor a Python file"])


def _late(handed_in: HandedIn, due: datetime | None) -> float:
    if due is not None and handed_in.submitted_at is not None:
        return max(0.0, (handed_in.submitted_at - due).total_seconds())
    return LATE_BY_UNKNOWN if handed_in.is_late else 0.0


def _rolled(
    submissions: list[Submission], roster: Roster, said: list[str]
) -> list[Submission]:
    """`submissions` in the roster's order, with empty ones of those who have none."""
    ids = [student.id for student in roster]
    rest = [s for s in submissions if s.student not in ids]
    said += (f"{s.name} is nobody on the roster" for s in rest)
    ordered: list[Submission] = []
    for student in roster:
        own = [s for s in submissions if s.student == student.id]
        ordered += own or [
            Submission(
                name=safe(student.id),
                student=student.id,
                notes=("nothing was handed in",),
            )
        ]
    return ordered + rest
