"""Reads the museum: wrong, hostile and right submissions that promise their verdicts.

The first line of a piece is its promise, `# promise: FAILED test_a; rest PASSED`
(the grammar is in CONTRIBUTING.md).  Where an assignment has several parts, the second
line names the one that the piece is, `# part: rope`: the others are right then, and are
not checked.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.catalog import Assignment
from autograder.errors import CatalogError
from autograder.intake import Submission, Work, find_submissions
from autograder.model import Report, Verdict
from autograder.release import known
from autograder.release.verify import MOST_INPUTS

PART = "# part: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One submission of the museum.

    Attributes:
        file: where it lies.
        assignment: what it answers, with its own part alone.
        submission: the piece, beside right parts if there are others.
        promise: the verdict of each check by the check's name; None: any but a pass.
    """

    file: Path
    assignment: Assignment
    submission: Submission
    promise: dict[str, Verdict | None]

    @property
    def work(self) -> Work:
        """The piece as something to grade: what few inputs catch, all catch."""
        is_right = set(self.promise.values()) == {Verdict.PASSED}
        return Work(
            submission=self.submission,
            assignment=self.assignment,
            most_inputs=None if is_right else MOST_INPUTS,
        )

    @property
    def purpose(self) -> str:
        """The first paragraph of the piece's docstring, on one line."""
        try:
            text = ast.get_docstring(ast.parse(self.file.read_bytes())) or ""
        except (SyntaxError, ValueError):
            text = ""
        return " ".join(text.split("\n\n")[0].split())

    def broken(self, report: Report) -> dict[str, str]:
        """What `report` says against the promise, by the name of the check."""
        return {
            result.check.name: f"{got}, promised {self._promised(result.check.name)}"
            for result in report.results
            if not self._allows(result.check.name, got := result.finding.verdict)
        }

    def _promised(self, check: str) -> str:
        return self.promise[check] or "no pass"

    def _allows(self, check: str, got: Verdict) -> bool:
        if promised := self.promise[check]:
            return got is promised
        return got not in (Verdict.PASSED, Verdict.GRADER_ERROR)


def pieces(
    folder: Path, assignments: Iterable[Assignment], pattern: str = "*.py"
) -> Iterator[Piece]:
    """Yields what hangs in `folder/<assignment>/`, in the order of names.

    Raises:
        CatalogError: if a promise cannot be read, or is about no check.
    """
    for assignment in assignments:
        for file in sorted((folder / assignment.id).glob(pattern)):
            yield _piece(file, assignment)


def _piece(file: Path, assignment: Assignment) -> Piece:
    first, second, *_ = [*file.read_text(encoding="utf-8").splitlines(), "", ""]
    if second.startswith(PART):
        part = second.removeprefix(PART)
        files = known.reference(assignment).files
        files = files | {(assignment.id, part): file.read_bytes()}
        submission = Submission(name=file.stem, files=files)
        assignment = assignment.only(part)
    else:
        [submission] = find_submissions([file], [assignment])
    names = [check.name for check in assignment.checks]
    try:
        promise = promised(first, names)
    except ValueError as error:
        raise CatalogError(f"{file}: {error}") from error
    return Piece(
        file=file, assignment=assignment, submission=submission, promise=promise
    )


def promised(line: str, names: list[str]) -> dict[str, Verdict | None]:
    """The verdicts that a first line promises, by name of check; None: any but a pass.

    Raises:
        ValueError: if the line is no promise, or does not speak of every one of `names`
            and of nothing else.
    """
    promise = re.fullmatch(r"# promise: (.+)", line)
    if not promise:
        raise ValueError(f"expected '# promise: ...', got {line!r}")
    if promise[1] == "none PASSED":
        return dict.fromkeys(names)
    verdicts: dict[str, Verdict | None] = {}
    for clause in promise[1].split("; "):
        verdict, _, listed = clause.partition(" ")
        told = listed.split(", ")
        if verdict in ("all", "rest"):
            verdict, told = listed, [name for name in names if name not in verdicts]
        verdicts |= dict.fromkeys(told, Verdict(verdict))
    if wrong := verdicts.keys() ^ set(names):
        raise ValueError(f"expected a promise for each check, got it wrong for {wrong}")
    return verdicts
