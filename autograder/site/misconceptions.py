"""Counts the known mistakes that explain a class's failures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.gradebook.records import Entry
from autograder.kit.mistake import Mistake

Bank = Mapping[tuple[str, str], Mistake]
"""Known mistakes by the assignment's id and their own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misconception:
    """One cause, and whose failures it explains.

    Attributes:
        names: the mistakes that, together, give the answers.
        hint: a sentence that names the cause.
        hint_zh: the same in Chinese.
        checks: ids of the checks that failed of it.
        entries: whose, in the gradebook's order.
        patches: the mistakes as code, as far as they are known here.
    """

    names: tuple[str, ...]
    hint: str
    hint_zh: str
    checks: tuple[str, ...]
    entries: tuple[Entry, ...]
    patches: tuple[Mistake, ...]


def misconceptions(entries: Iterable[Entry], bank: Bank) -> tuple[Misconception, ...]:
    """What explains failures of `entries`, the most frequent cause first."""
    found: dict[tuple[str, ...], Misconception] = {}
    for entry in entries:
        for result in entry.report.results:
            if cause := result.finding.cause:
                known = found.get(cause.mistakes)
                checks = known.checks if known else ()
                whose = known.entries if known else ()
                assignment = entry.report.assignment
                found[cause.mistakes] = Misconception(
                    names=cause.mistakes,
                    hint=cause.hint,
                    hint_zh=cause.hint_zh,
                    checks=_with(checks, result.check.id),
                    entries=whose if whose[-1:] == (entry,) else (*whose, entry),
                    patches=tuple(
                        bank[assignment, name]
                        for name in cause.mistakes
                        if (assignment, name) in bank
                    ),
                )
    return tuple(sorted(found.values(), key=lambda one: (-len(one.entries), one.names)))


def _with(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return names if name in names else (*names, name)
