"""Regenerates `assignments/` from `solutions/`: stubs, public checks and handouts.

Pure as far as it goes: `rendered` says every file's content, `write` and `stale`
compare it with a folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.catalog import SETTINGS, Assignment, Catalog
from autograder.errors import CatalogError
from autograder.lessons import LESSONS, Lesson, read_lessons, written
from autograder.model import Visibility, total_points
from autograder.release import known
from autograder.signatures import INTERFACE, signatures
from autograder.signatures import written as interface

PROGRAM = "play.py"
"""What runs all assignments together."""
LISTING = "<!-- assignments -->"
LANGUAGES = {"": ("assignment", "points"), ".zh": ("作业", "分值")}
IGNORED = ("__pycache__",)
NAMES = "\n[names]\nforbid"


def rendered(catalog: Catalog) -> dict[str, bytes]:
    """Content of every file below `assignments/`, by its relative name.

    Raises:
        CatalogError: if a source is missing or a reference cannot become a stub.
    """
    files: dict[str, str] = {}
    for language, headings in LANGUAGES.items():
        page = _read(catalog.root / f"handout{language}.md")
        files[f"README{language}.md"] = page.replace(
            LISTING, _listing(catalog, language, headings)
        )
    # By its name alone, as all else in that folder is private.
    if (program := catalog.root / PROGRAM).is_file():
        files[PROGRAM] = _read(program)
    for assignment in catalog:
        for name, text in _published(assignment):
            files[f"{assignment.id}/{name}"] = text
    return {name: text.encode() for name, text in files.items()}


def write(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Makes `folder` hold exactly `files`; returns the names that were not so."""
    names = stale(files, folder)
    for name in names:
        file = folder / name
        if name in files:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(files[name])
        else:
            file.unlink()
    return names


def stale(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Names whose content in `folder` differs, is missing, or should not be there."""
    there = {
        name.as_posix(): file
        for file in folder.rglob("*")
        if file.is_file()
        and not set((name := file.relative_to(folder)).parts) & set(IGNORED)
    }
    return sorted(
        name
        for name in files.keys() | there.keys()
        if name not in files
        or name not in there
        or there[name].read_bytes() != files[name]
    )


def _published(assignment: Assignment) -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        handout = assignment.folder / f"handout{language}.md"
        yield f"README{language}.md", _read(handout)
    yield SETTINGS, _public_settings(assignment)
    if lessons := _public_lessons(assignment):
        yield LESSONS, written(lessons)
    stubs = {part: s for (_, part), s in known.stub(assignment).files.items()}
    yield INTERFACE, interface({part: signatures(s) for part, s in stubs.items()})
    for part, source in stubs.items():
        yield f"{part}.py", source.decode()
    for name, source in assignment.given_sources().items():
        yield f"{name}.py", source.decode()
    for part in assignment.parts:
        checks = assignment.folder / "public" / f"test_{part}.py"
        yield checks.name, _read(checks)


def _public_settings(assignment: Assignment) -> str:
    hidden = total_points(
        check for check in assignment.checks if check.visibility is Visibility.HIDDEN
    )
    return (
        "# What the tools need to know of this assignment.\n"
        f"title = {_quoted(assignment.title)}\n"
        f"title_zh = {_quoted(assignment.title_zh)}\n"
        f"parts = [{', '.join(map(_quoted, assignment.parts))}]\n"
        f"{_list('given', assignment.given)}"
        f"profile = {_quoted(assignment.profile)}\n"
        f"hidden_points = {hidden}\n"
        "\n[imports]\n"
        f"forbid = [{', '.join(map(_quoted, assignment.forbidden))}]\n"
        f"{_list(NAMES, assignment.forbidden_names)}"
    )


def _list(setting: str, values: tuple[str, ...]) -> str:
    """A line that sets a list, none if the list is empty."""
    return f"{setting} = [{', '.join(map(_quoted, values))}]\n" if values else ""


def _public_lessons(assignment: Assignment) -> dict[str, Lesson]:
    lessons = read_lessons(assignment.folder)
    return {
        check.name: lessons[check.name]
        for check in assignment.checks
        if check.visibility is Visibility.PUBLIC and check.name in lessons
    }


def _listing(catalog: Catalog, language: str, headings: tuple[str, str]) -> str:
    rows = [f"| {headings[0]} | {headings[1]} |", "|---|---|"]
    for assignment in catalog:
        title = assignment.title_zh if language else assignment.title
        points = total_points(assignment.checks)
        link = f"[{assignment.id}]({assignment.id}/README{language}.md)"
        rows.append(f"| {link}: {title} | {points} |")
    return "\n".join(rows)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise CatalogError(f"there is no {file}; a release needs it") from error
