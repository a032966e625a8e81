"""Says who takes the course, in the roster's order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """One row of the roster; `id` is what the gradebook knows them by."""

    id: str
    name: str = ""
    email: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everybody who takes the course, in order; every id stands there once."""

    students: tuple[Student, ...] = ()

    def __iter__(self) -> Iterator[Student]:
        return iter(self.students)

    def __len__(self) -> int:
        return len(self.students)
