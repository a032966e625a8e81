"""Says whose a submission is: by its export and the roster, never by what is in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from autograder.intake.layouts.handed_in import HandedIn
from autograder.roster import Roster, Student

WORD = re.compile(r"\w+")


def find(roster: Roster, handed_in: HandedIn) -> Student | None:
    """The one student of the roster that an export means; None if that is not clear.

    The address counts before the id and the id before the name.  An id of a system may
    by chance be another student's number in the roster: with a name that contradicts it
    is none.
    """
    rules: tuple[Callable[[Student], bool], ...] = (
        lambda s: _same(s.email, handed_in.email),
        lambda s: _same(s.id, handed_in.id) and not _contradicts(s, handed_in),
        lambda s: _same(s.id, handed_in.label),
        lambda s: _same(s.email, handed_in.label),
        lambda s: is_name(s.name, handed_in.label),
    )
    for rule in rules:
        found = [student for student in roster if rule(student)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def is_name(name: str, label: str) -> bool:
    """Whether an export calls by `label` who has the name `name` in a roster.

    The order of a name's words may be another, and Canvas writes them without spaces.
    """
    words, theirs = _words(name), _words(label)
    if not words or not theirs:
        return False
    turned = {"".join(words[n:] + words[:n]) for n in range(len(words))}
    return sorted(words) == sorted(theirs) or "".join(theirs) in turned


def _contradicts(student: Student, handed_in: HandedIn) -> bool:
    is_known = student.name and handed_in.label not in ("", handed_in.id)
    return bool(is_known) and not is_name(student.name, handed_in.label)


def _same(one: str, other: str) -> bool:
    return bool(one) and one.casefold() == other.casefold()


def _words(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())
