"""Looks at the parts in a released folder: names, signatures, imports and checks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from autograder.catalog import Assignment
from autograder.model import Visibility
from autograder.pack.trying import import_part, run_checks
from autograder.policy import violations
from autograder.signatures import Change, Signatures, changes, read_interface
from autograder.table import aligned
from autograder.wording.language import say, say_sentence, translated

MOST_NAMED = 5


@dataclass(slots=True, kw_only=True)
class Examined:
    """What was found of one part.

    Attributes:
        source: its content; None if it is not there.
        said: what is wrong, in the student's language.
        is_imported: whether it can be imported.
        passed: how many of its public checks pass.
        checks: how many there are.
    """

    part: str
    source: bytes | None
    said: list[str] = field(default_factory=list)
    keeps_names: bool = False
    is_imported: bool = False
    passed: int = 0
    checks: int = 0

    @property
    def has_problems(self) -> bool:
        """Whether something of it may cost points."""
        return bool(self.said)


def examine(assignment: Assignment, language: str = "en") -> list[Examined]:
    """What grading would find of each part, as far as a student's side can tell."""
    names = {path.name for path in assignment.folder.iterdir() if path.is_file()}
    interface = read_interface(assignment.folder)
    found = [_read(assignment, part, names, language) for part in assignment.parts]
    there = [one.part for one in found if one.source is not None]
    passed = run_checks(assignment, there)
    for one in found:
        if one.source is not None:
            _examine_source(one, one.source, interface.get(one.part, {}), language)
            _look_for_forbidden(one, one.source, assignment, language)
            _import(one, assignment, language)
            _count(one, assignment, passed, language)
    return found


def _count(
    one: Examined,
    assignment: Assignment,
    passed: Collection[tuple[str, str]],
    language: str,
) -> None:
    """Notes which public checks of a part pass; one that did not run does not."""
    checks = [
        check
        for check in assignment.checks
        if check.part == one.part and check.visibility is Visibility.PUBLIC
    ]
    failed = [c.short_name for c in checks if (c.part, c.name) not in passed]
    one.checks, one.passed = len(checks), len(checks) - len(failed)
    if failed:
        names = ", ".join(failed[:MOST_NAMED]) + ", ..." * (len(failed) > MOST_NAMED)
        one.said.append(
            say(
                language,
                "{file} does not pass: {checks}",
                file=f"{one.part}.py",
                checks=names,
            )
        )


def table(found: Sequence[Examined], language: str = "en") -> Iterator[str]:
    """Lines that say what was found."""
    heads = (
        translated(language, head)
        for head in ("part", "size", "names", "import", "public checks")
    )
    rows = [tuple(heads)]
    for one in found:
        if one.source is None:
            missing = translated(language, "not there")
            rows.append((f"{one.part}.py", missing, "-", "-", "-"))
            continue
        passed = "{passed} of {checks} pass"
        rows.append(
            (
                f"{one.part}.py",
                f"{len(one.source):,} B",
                _word(language, is_good=one.keeps_names),
                _word(language, is_good=one.is_imported),
                say(language, passed, passed=one.passed, checks=one.checks),
            )
        )
    yield from aligned(rows)
    for one in found:
        yield from one.said


def _word(language: str, *, is_good: bool) -> str:
    return translated(language, "good" if is_good else "see below")


def _read(
    assignment: Assignment, part: str, names: set[str], language: str
) -> Examined:
    file = assignment.module_file(part)
    if file.name in names:  # a disk that ignores case finds other names, too
        return Examined(part=part, source=file.read_bytes())
    known = {f"{name}.py" for name in (*assignment.parts, *assignment.given)}
    others = sorted(
        name
        for name in names - known
        if name.endswith((".py", ".ipynb")) and not name.startswith("test_")
    )
    if others:
        there = ", ".join(others)
        said = say(
            language, "expected {file}; found {there}", file=file.name, there=there
        )
    else:
        said = say(language, "expected {file}; found no Python file", file=file.name)
    return Examined(part=part, source=None, said=[said])


def _examine_source(
    one: Examined, source: bytes, expected: Signatures, language: str
) -> None:
    """Compares names and signatures with the stub's."""
    file = f"{one.part}.py"
    try:
        changed = changes(source, expected)
    except SyntaxError as error:
        place = f"{file}:{error.lineno}" if error.lineno else file
        one.said.append(
            say(language, "{place} is no Python: {why}", place=place, why=error.msg)
        )
        return
    one.keeps_names = not changed
    one.said += (_changed(file, change, language) for change in changed)


def _changed(file: str, change: Change, language: str) -> str:
    if not change.got:
        return say(
            language, "{file} does not define {name}", file=file, name=change.name
        )
    return say(
        language,
        "{file}: {name} should be {expected}, and is {got}",
        file=file,
        name=change.name,
        expected=change.expected,
        got=change.got,
    )


def _look_for_forbidden(
    one: Examined, source: bytes, assignment: Assignment, language: str
) -> None:
    for found in violations(source, assignment.forbidden, assignment.forbidden_names):
        one.said.append(say_sentence(language, found.said_of(one.part)))


def _import(one: Examined, assignment: Assignment, language: str) -> None:
    """Imports a part in a process that has imported nothing else of the student's."""
    why = import_part(assignment, one.part)
    one.is_imported = not why
    if why:
        file = f"{one.part}.py"
        one.said.append(
            say(language, "{file} cannot be imported: {why}", file=file, why=why)
        )
