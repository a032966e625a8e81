"""Makes what is compared of what was handed in: a text, its tokens, its passages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.catalog import Assignment
from autograder.errors import UsageError
from autograder.intake import LONGEST_FILE, Work
from autograder.release.known import stub
from autograder.similarity.tokens import Token, tokens

PASSAGE = 14
"""Tokens that have to be the same in a row, about two lines of code."""
MOST_PLACES = 8
"""Places of one passage that are kept: more of the same say nothing new."""

Passages = Mapping[str, tuple[int, ...]]
"""Every passage and at which tokens it begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One submission of an assignment, or one known solution.

    Attributes:
        name: how people know it.
        student: whose it is; empty of a known solution.
        source: its files, one after the other.
        tokens: of the source.
        passages: those that are not in what everybody was given.
    """

    name: str
    student: str
    source: str
    tokens: tuple[Token, ...]
    passages: Passages

    @property
    def is_known(self) -> bool:
        """Whether it is a known solution, which nobody handed in."""
        return not self.student


def document(
    name: str, student: str, source: str, given: frozenset[str] = frozenset()
) -> Document:
    """`source` as it is compared; passages of `given` do not count."""
    found = tokens(source)
    own = {text: at for text, at in passages(found).items() if text not in given}
    return Document(
        name=name, student=student, source=source, tokens=found, passages=own
    )


def passages(found: tuple[Token, ...]) -> Passages:
    """Every run of `PASSAGE` tokens and where it begins."""
    kinds = [token.kind for token in found]
    at: dict[str, tuple[int, ...]] = {}
    for start in range(len(kinds) - PASSAGE + 1):
        text = " ".join(kinds[start : start + PASSAGE])
        there = at.get(text, ())
        if len(there) < MOST_PLACES:
            at[text] = (*there, start)
    return at


def handed_in(works: Iterable[Work], given: frozenset[str]) -> tuple[Document, ...]:
    """The documents of `works`, which are of one assignment, in their order."""
    return tuple(
        document(
            work.submission.name,
            work.submission.student,
            _together(
                (f"{part}.py", source.decode(errors="replace"))
                for (owner, part), source in work.submission.files.items()
                if owner == work.assignment.id
            ),
            given,
        )
        for work in works
        if work.assignment.id in work.submission.assignments()
    )


def given_passages(assignment: Assignment) -> frozenset[str]:
    """Passages that everybody has: the released stub's and the given files'."""
    files = [*stub(assignment).files.values(), *assignment.given_sources().values()]
    texts = (source.decode() for source in files)
    return frozenset(text for source in texts for text in passages(tokens(source)))


def known_solutions(folder: Path, given: frozenset[str]) -> tuple[Document, ...]:
    """Every Python file below `folder`.

    Raises:
        UsageError: if there is none.
    """
    files = [
        file
        for file in sorted(folder.rglob("*.py"))
        if file.is_file() and file.stat().st_size <= LONGEST_FILE
    ]
    if not files:
        raise UsageError(f"--known {folder}: there is no Python file in it")
    return tuple(
        document(
            file.relative_to(folder).as_posix(),
            "",
            file.read_text(encoding="utf-8", errors="replace"),
            given,
        )
        for file in files
    )


def _together(files: Iterable[tuple[str, str]]) -> str:
    return "".join(_headed(name, source) for name, source in files)


def _headed(name: str, source: str) -> str:
    return "\n".join([f"# ---- {name}", *source.splitlines(), "", ""])
