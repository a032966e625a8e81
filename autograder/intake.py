"""Finds submissions in folders and archives and reads the files that count.

An archive is never extracted: the parts' files are read from it, by name, and nothing
else in it is looked at.  A part is recognised as `assignments/<assignment>/<part>.py`,
`<assignment>/<part>.py` or `<part>.py`, also inside one wrapping folder.
"""

from __future__ import annotations

import lzma
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TypeVar

from autograder.catalog import Assignment
from autograder.errors import UsageError

LONGEST_FILE = 1 << 20
MOST_MEMBERS = 20_000
MOST_SHOWN = 10
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What reading a damaged or hostile archive raises."""

Entry = TypeVar("Entry")


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


def find_submissions(
    paths: list[Path], assignments: list[Assignment], *, ignore: Path | None = None
) -> list[Submission]:
    """Every submission at `paths`: a folder, a zip, a source file, or a folder of such.

    Args:
        paths: what the command was given.
        assignments: those whose parts are looked for.
        ignore: a folder that holds results, not submissions.

    Raises:
        UsageError: if a path does not exist or two submissions share a name.
    """
    found = [
        _in_unicode(_read(entry, assignments))
        for path in paths
        for entry in _entries(path, assignments)
        if ignore is None or not ignore.resolve().is_relative_to(entry.resolve())
    ]
    seen: set[str] = set()
    for submission in found:
        if submission.name in seen:
            raise UsageError(
                f"two submissions are named {submission.name!r}; grade them apart"
            )
        seen.add(submission.name)
    return found


def _in_unicode(submission: Submission) -> Submission:
    """`submission` with names that can be written down: a disk may hold others."""
    name, *texts = (
        text.encode("utf-8", "replace").decode()
        for text in (submission.name, *submission.sources, *submission.notes)
    )
    n_sources = len(submission.sources)
    sources, notes = tuple(texts[:n_sources]), tuple(texts[n_sources:])
    return replace(submission, name=name, sources=sources, notes=notes)


def _entries(path: Path, assignments: list[Assignment]) -> Iterator[Path]:
    """The submissions at `path`: itself, or what a folder of such holds."""
    if not path.exists():
        raise UsageError(f"no file or folder {path}")
    path = Path(os.path.abspath(path))  # noqa: PTH100 - names `.`, follows no link
    if path.is_file() or _has_parts(path, assignments):
        yield path
        return
    for entry in sorted(path.iterdir()):
        hidden = entry.name.startswith((".", "__"))
        if not hidden and (entry.is_dir() or entry.suffix in (".zip", ".py")):
            yield entry


def _has_parts(folder: Path, assignments: list[Assignment]) -> bool:
    names = _folder_names(folder, depth=3)
    return bool(_locate(names, assignments, wrapped=False))


def _read(path: Path, assignments: list[Assignment]) -> Submission:
    if path.is_dir():
        names = {name: path / name for name in _folder_names(path, depth=4)}
        return _choose(path.name, assignments, names, _read_file)
    if zipfile.is_zipfile(path):
        return _read_zip(path, assignments)
    if path.suffix == ".py":
        return _read_source(path, assignments)
    note = f"{path.name} is neither a zip, a folder nor a Python file"
    return Submission(name=path.stem, notes=(note,))


def _read_zip(path: Path, assignments: list[Assignment]) -> Submission:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                note = f"{path.name} has {len(members)} members, over {MOST_MEMBERS}"
                return Submission(name=path.stem, notes=(note,))
            by_name = {member.filename: member for member in members}

            def read(member: zipfile.ZipInfo) -> bytes:
                with archive.open(member) as stream:
                    return stream.read(LONGEST_FILE + 1)

            return _choose(path.stem, assignments, by_name, read)
    except UNREADABLE as error:
        note = f"{path.name} cannot be read: {error}"
        return Submission(name=path.stem, notes=(note,))


def _read_source(path: Path, assignments: list[Assignment]) -> Submission:
    """A single source file: the part of its name, or the only part there is."""
    parts = [(a.id, part) for a in assignments for part in a.parts]
    fitting = [part for part in parts if part[1] == path.stem] or parts
    if len(fitting) != 1:
        known = ", ".join(f"{part}.py" for _, part in parts)
        note = f"{path.name} is no part of an assignment; the parts are {known}"
        return Submission(name=path.stem, notes=(note,))
    source = _read_file(path)
    if len(source) > LONGEST_FILE:
        note = f"{path.name} is over {LONGEST_FILE >> 10} KiB: not read"
        return Submission(name=path.stem, notes=(note,))
    return Submission(name=path.stem, files={fitting[0]: source})


def _read_file(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(LONGEST_FILE + 1)


def _choose(
    name: str,
    assignments: list[Assignment],
    entries: Mapping[str, Entry],
    read: Callable[[Entry], bytes],
) -> Submission:
    files: dict[tuple[str, str], bytes] = {}
    notes: list[str] = []
    for key, members in _locate(entries, assignments, wrapped=True).items():
        if len(members) > 1:
            notes.append(f"{members[0]} was read, not {', '.join(members[1:4])}")
        source = read(entries[members[0]])
        if len(source) > LONGEST_FILE:
            notes.append(f"{members[0]} is over {LONGEST_FILE >> 10} KiB: not read")
        else:
            files[key] = source
    notes += _changed_given(assignments, entries, read)
    sources = sorted(entry for entry in entries if entry.endswith(".py"))
    return Submission(
        name=name, files=files, sources=tuple(sources[:MOST_SHOWN]), notes=tuple(notes)
    )


def _changed_given(
    assignments: list[Assignment],
    entries: Mapping[str, Entry],
    read: Callable[[Entry], bytes],
) -> Iterator[str]:
    """Says which given files a student changed, and that it made no difference."""
    as_parts = [
        replace(assignment, parts=assignment.given) for assignment in assignments
    ]
    given = {a.id: a.given_sources() for a in assignments}
    for (assignment, name), members in _locate(entries, as_parts, wrapped=True).items():
        if _in_lines(read(entries[members[0]])) != _in_lines(given[assignment][name]):
            yield f"{members[0]} is a given file and was not read: ours is used"


def _in_lines(source: bytes) -> list[bytes]:
    return [line.rstrip() for line in source.rstrip().splitlines()]


def _locate(
    names: Iterable[str], assignments: list[Assignment], *, wrapped: bool
) -> dict[tuple[str, str], list[str]]:
    """Names that hold each part, the best first, for the parts that are there."""
    paths = {name: PurePosixPath(name).parts for name in sorted(names)}
    found: dict[tuple[str, str], list[str]] = {}
    for assignment in assignments:
        for part in assignment.parts:
            file = f"{part}.py"
            places = (
                ("assignments", assignment.id, file),
                (assignment.id, file),
                (file,),
            )
            members = [
                n for place in places for n, path in paths.items() if path == place
            ]
            if wrapped:
                members += [
                    n
                    for place in places
                    for n, path in paths.items()
                    if path[1:] == place and n not in members and path[0] != "__MACOSX"
                ]
            if members:
                found[assignment.id, part] = members
    return found


def _folder_names(folder: Path, *, depth: int) -> Iterator[str]:
    """Files below `folder` as relative names, links not followed."""
    for parent, folders, files in os.walk(folder):
        relative = PurePosixPath(Path(parent).relative_to(folder).as_posix())
        if len(relative.parts) >= depth - 1:
            folders.clear()
        for file in files:
            path = Path(parent, file)
            if path.is_file() and not path.is_symlink():  # a pipe would block
                yield str(relative / file)
