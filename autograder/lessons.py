"""Reads what is said about checks besides their code: Chinese words, and hints.

`lessons.toml` lies beside an assignment's settings, one table a check:

    [test_pads_on_the_left]
    title_zh = "..."
    lesson_zh = "..."
    nudge = "..."
    nudge_zh = "..."
    idea = "..."
    idea_zh = "..."
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from autograder.errors import CatalogError

LESSONS = "lessons.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What is said about one check.

    Attributes:
        title_zh: the check's name as a Chinese sentence.
        lesson_zh: its docstring in Chinese.
        nudge: where to look, for who asks once.
        nudge_zh: the same in Chinese.
        idea: how it works and where that is explained, for who asks twice.
        idea_zh: the same in Chinese.
    """

    title_zh: str = ""
    lesson_zh: str = ""
    nudge: str = ""
    nudge_zh: str = ""
    idea: str = ""
    idea_zh: str = ""


def read_lessons(folder: Path) -> dict[str, Lesson]:
    """The lessons of an assignment by the names of its checks; none without a file.

    Raises:
        CatalogError: if the file is malformed.
    """
    file = folder / LESSONS
    if not file.is_file():
        return {}
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
        return {name: Lesson(**table) for name, table in tables.items()}
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise CatalogError(f"{file}: {error}") from error


def written(lessons: Mapping[str, Lesson]) -> str:
    """The content of a `lessons.toml`."""
    return "\n".join(_lines(lessons))


def _lines(lessons: Mapping[str, Lesson]) -> Iterator[str]:
    yield "# What is said about the checks besides their code.\n"
    for name, lesson in lessons.items():
        yield f"[{name}]"
        for field in fields(lesson):
            text = json.dumps(getattr(lesson, field.name), ensure_ascii=False)
            yield f"{field.name} = {text}"
        yield ""
