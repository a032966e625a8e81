"""What an export says of one submission before anything in it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from autograder.intake.boxes import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """One submission of an export.

    Attributes:
        label: how the export calls the student.
        box: what they handed in.
        id: the student's id in the system that made the export; empty if it has none.
        email: the same of their address.
        canvas_id: the same id where that system is Canvas.
        order: of this student's submissions in the export, the later the higher.
        is_late: whether the export says so, without a time.
        is_file: whether it is one file: a source, a notebook or an archive.
        is_export: whether a system gave the names, so that one name is one student.
    """

    label: str
    box: Box
    id: str = ""
    email: str = ""
    canvas_id: str = ""
    order: int = 0
    is_late: bool = False
    is_file: bool = False
    is_export: bool = True
    submitted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """All submissions of a class.

    Attributes:
        handed_in: one or more of everybody who is in it.
        passed_over: names in it that are none of its layout.
        said: what a person should know of what is nobody's.
    """

    handed_in: tuple[HandedIn, ...]
    passed_over: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
