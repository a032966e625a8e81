"""Chooses the files that are parts of assignments, and says what else there was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from autograder.catalog import Assignment
from autograder.intake.archives import open_archive
from autograder.intake.boxes import UNREADABLE, Box, File, is_of_system, shown, suffix
from autograder.intake.notebooks import LONGEST_NOTEBOOK, convert, defined_names

LONGEST_FILE = 1 << 20
MOST_SHOWN = 10
MOST_ARCHIVES = 4
"""Archives inside a submission that are looked into."""
OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
SOURCES = (".py", ".ipynb")
Key = tuple[str, str]


@dataclass(slots=True, kw_only=True)
class Chosen:
    """What of a submission counts: sources by assignment and part, and what to say."""

    files: dict[Key, bytes] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A file that may be a part: where it lies, in folders or one archive further in.

    Attributes:
        place: its folders and its name, without those of the archive around it.
    """

    file: File
    place: tuple[str, ...]


def choose(box: Box, assignments: list[Assignment]) -> Chosen:
    """The parts that lie in `box`, or, if there is none, in archives in it."""
    with ExitStack() as stack:
        candidates = _candidates(box)
        refused = dict(box.refused)
        if not _locate(candidates, assignments, wrapped=True):
            for name, inner in _inner(box, stack):
                candidates |= _candidates(inner, within=name)
                refused |= {f"{name}/{n}": said for n, said in inner.refused.items()}
        chosen = Chosen(sources=_sources(candidates))
        _take_modules(chosen, candidates, assignments)
        _take_notebooks(chosen, candidates, assignments)
        chosen.notes += _changed_given(assignments, candidates)
        chosen.notes += _refusals(refused)
        if not chosen.files:
            chosen.notes += _other_archives(box)
    return chosen


def choose_source(name: str, file: File, assignments: list[Assignment]) -> Chosen:
    """A single file: the part of its name, or the only part there is."""
    keys = [(a.id, part) for a in assignments for part in a.parts]
    stem = PurePosixPath(name).stem
    fitting = [key for key in keys if key[1] == stem] or keys
    if len(fitting) != 1:
        known = ", ".join(f"{part}.py" for _, part in keys)
        said = f"{shown(name)} is no part of an assignment; the parts are {known}"
        return Chosen(notes=[said])
    assignment, part = fitting[0]
    chosen = Chosen()
    if suffix(name) == ".ipynb":
        only = [replace(a, parts=(part,)) for a in assignments if a.id == assignment]
        _take_notebooks(chosen, {name: Candidate(file=file, place=(name,))}, only)
    else:
        _take(chosen, fitting[0], name, file)
    return chosen


def has_parts(box: Box, assignments: list[Assignment], *, wrapped: bool) -> bool:
    """Whether a part lies in `box`; `wrapped`: also inside one folder around it."""
    return bool(_locate(_candidates(box), assignments, wrapped=wrapped))


def _candidates(box: Box, *, within: str = "") -> dict[str, Candidate]:
    return {
        f"{within}/{name}" if within else name: Candidate(
            file=file, place=PurePosixPath(name).parts
        )
        for name, file in sorted(box.files.items())
        if not any(map(is_of_system, PurePosixPath(name).parts[:-1]))
    }


def _inner(box: Box, stack: ExitStack) -> Iterator[tuple[str, Box]]:
    """The archives in `box` and those in them, as far as archives are opened."""
    waiting = [("", box)]
    n_opened = 0
    while waiting:
        within, holder = waiting.pop(0)
        for name, file in sorted(holder.files.items()):
            if suffix(name) == ".zip" and not is_of_system(PurePosixPath(name).name):
                full = f"{within}/{name}" if within else name
                if n_opened == MOST_ARCHIVES:
                    said = f"{shown(full)} is one archive too many: not read"
                    yield full, Box(refused={full: said})
                    return
                n_opened += 1
                opened = open_archive(full, file, stack)
                yield full, opened
                waiting.append((full, opened))


def _take_modules(
    chosen: Chosen, candidates: Mapping[str, Candidate], assignments: list[Assignment]
) -> None:
    for key, names in _locate(candidates, assignments, wrapped=True).items():
        if len(names) > 1:
            others = ", ".join(map(shown, names[1:4]))
            chosen.notes.append(f"{shown(names[0])} was read, not {others}")
        _take(chosen, key, names[0], candidates[names[0]].file)


def _take(chosen: Chosen, key: Key, name: str, file: File) -> None:
    try:
        source = file.read(LONGEST_FILE + 1)
    except UNREADABLE as error:
        chosen.notes.append(f"{shown(name)} cannot be read: {error}")
        return
    if len(source) > LONGEST_FILE:
        chosen.notes.append(f"{shown(name)} is over {LONGEST_FILE >> 10} KiB: not read")
    else:
        chosen.files[key] = source


def _take_notebooks(
    chosen: Chosen, candidates: Mapping[str, Candidate], assignments: list[Assignment]
) -> None:
    """Takes what no module gives from the first notebook that defines it."""
    missing = [
        (assignment, part)
        for assignment in assignments
        for part in assignment.parts
        if (assignment.id, part) not in chosen.files
    ]
    notebooks = [n for n in candidates if suffix(n) == ".ipynb"][:MOST_SHOWN]
    if not missing:
        return
    for name in notebooks:
        try:
            content = candidates[name].file.read(LONGEST_NOTEBOOK + 1)
            if len(content) > LONGEST_NOTEBOOK:
                raise ValueError(f"it is over {LONGEST_NOTEBOOK >> 20} MiB")
            converted = convert(content)
        except UNREADABLE as error:
            chosen.notes.append(f"{shown(name)} cannot be read: {error}")
            continue
        for assignment, part in missing:
            key = (assignment.id, part)
            wanted = defined_names(assignment.module_file(part).read_bytes())
            if key in chosen.files or not wanted & converted.defined:
                continue
            chosen.files[key] = converted.source
            said = f"{part}.py was made of the code cells of {shown(name)}"
            if converted.n_left_out:
                said += f", without {converted.n_left_out} lines that are not Python"
            chosen.notes.append(said)


def _changed_given(
    assignments: list[Assignment], candidates: Mapping[str, Candidate]
) -> Iterator[str]:
    """Says which given files a student changed, and that it made no difference."""
    as_parts = [replace(a, parts=a.given) for a in assignments]
    given = {a.id: a.given_sources() for a in assignments}
    for (assignment, part), names in _locate(
        candidates, as_parts, wrapped=True
    ).items():
        changed = Chosen()
        _take(changed, (assignment, part), names[0], candidates[names[0]].file)
        theirs = changed.files.get((assignment, part), b"")
        if _in_lines(theirs) != _in_lines(given[assignment][part]):
            yield f"{shown(names[0])} is a given file and was not read: ours is used"


def _in_lines(source: bytes) -> list[bytes]:
    return [line.rstrip() for line in source.rstrip().splitlines()]


def _sources(candidates: Mapping[str, Candidate]) -> tuple[str, ...]:
    names = [shown(name) for name in candidates if suffix(name) in SOURCES]
    return tuple(sorted(names)[:MOST_SHOWN])


def _refusals(refused: Mapping[str, str]) -> Iterator[str]:
    """Why files were refused, first of those that could have been parts."""
    names = sorted(refused, key=lambda n: (suffix(n) not in (*SOURCES, ".zip"), n))
    yield from (refused[name] for name in names[:MOST_SHOWN])
    if len(names) > MOST_SHOWN:
        yield f"{len(names) - MOST_SHOWN} more files were refused"


def _other_archives(box: Box) -> Iterator[str]:
    for name in box.files:
        if suffix(name) in OTHER_ARCHIVES:
            yield f"{shown(name)} was not read: expected a zip or the files themselves"


def _locate(
    candidates: Mapping[str, Candidate],
    assignments: list[Assignment],
    *,
    wrapped: bool,
) -> dict[Key, list[str]]:
    """Names that hold each part, the best first, for the parts that are there."""
    places = {name: candidate.place for name, candidate in candidates.items()}
    found: dict[Key, list[str]] = {}
    for assignment in assignments:
        for part in assignment.parts:
            file = f"{part}.py"
            wanted = (
                ("assignments", assignment.id, file),
                (assignment.id, file),
                (file,),
            )
            names = [n for w in wanted for n, place in places.items() if place == w]
            if wrapped:
                names += [
                    n
                    for w in wanted
                    for n, place in places.items()
                    if place[1:] == w and n not in names
                ]
            if names:
                found[assignment.id, part] = names
    return found
