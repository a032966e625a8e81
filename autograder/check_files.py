"""Reads checks out of check files, as syntax: nothing is imported.

So listing is cheap and safe.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.errors import CatalogError
from autograder.lessons import LESSONS, Lesson, read_lessons
from autograder.message import Words
from autograder.model import Check, Visibility


def check_files(
    folder: Path, parts: Sequence[str]
) -> Iterator[tuple[Path, str, Visibility]]:
    """Yields the check files of `parts`, public before hidden, each with its part."""
    places = (
        (folder, Visibility.PUBLIC),
        (folder / "public", Visibility.PUBLIC),
        (folder / "hidden", Visibility.HIDDEN),
    )
    for place, visibility in places:
        for part in parts:
            file = place / f"test_{part}.py"
            if file.is_file():
                yield file, part, visibility


def read_checks(folder: Path, parts: Sequence[str]) -> tuple[Check, ...]:
    """The checks of `parts` in an assignment's folder, with their lessons.

    Raises:
        CatalogError: if a check has no docstring or points, shares its name, or a
            lesson is about none.
    """
    lessons = read_lessons(folder)
    checks = tuple(
        check
        for file, part, visibility in check_files(folder, parts)
        for check in _checks_in(file, part, visibility, lessons)
    )
    seen: set[str] = set()
    for check in checks:
        if check.id in seen:
            raise CatalogError(f"{folder.name}: two checks are named {check.id!r}")
        seen.add(check.id)
    if unknown := lessons.keys() - {check.name for check in checks}:
        raise CatalogError(f"{folder / LESSONS}: no check {min(unknown)!r}")
    return checks


def _checks_in(
    file: Path, part: str, visibility: Visibility, lessons: Mapping[str, Lesson]
) -> Iterator[Check]:
    tree = ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            docstring = ast.get_docstring(node)
            if not docstring:
                raise CatalogError(
                    f"{file}:{node.lineno}: {node.name} has no docstring;"
                    " it is the sentence that a student reads"
                )
            lesson = lessons.get(node.name, Lesson())
            yield Check(
                part=part,
                name=node.name,
                points=_points(node, file),
                visibility=visibility,
                lesson=Words(en=" ".join(docstring.split()), zh=lesson.lesson_zh),
                title_zh=lesson.title_zh,
                hints=(
                    Words(en=lesson.nudge, zh=lesson.nudge_zh),
                    Words(en=lesson.idea, zh=lesson.idea_zh),
                ),
            )


def _points(node: ast.FunctionDef, file: Path) -> int:
    for decorator in node.decorator_list:
        match decorator:
            case ast.Call(
                func=ast.Attribute(attr="points"), args=[ast.Constant(value=points)]
            ) if type(points) is int and points > 0:
                return points
    raise CatalogError(
        f"{file}:{node.lineno}: {node.name} has no points;"
        " write @pytest.mark.points(1) above it, with a whole number"
    )
