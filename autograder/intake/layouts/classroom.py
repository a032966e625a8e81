"""GitHub Classroom: repositories `<assignment>-<login>`, cloned into one folder."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from autograder.intake.boxes import Box
from autograder.intake.layouts.handed_in import Export, HandedIn

CLONES = "-submissions"


def read(box: Box, name: str, assignments: list[str]) -> Export | None:
    """The submissions of a folder of clones; None if its folders share no prefix.

    The prefix is the name of the folder around them (`<assignment>-submissions`), or
    an assignment's id; what else clones have in common counts only if Git made them.
    """
    folders = [top for top, is_folder in box.tops().items() if is_folder]
    for prefix in _prefixes(box, name, assignments, folders):
        named = [f for f in folders if f.startswith(prefix) and f != prefix]
        if named and len(named) * 2 > len(folders):
            boxes = box.split()
            return Export(
                handed_in=tuple(
                    HandedIn(
                        label=folder.removeprefix(prefix),
                        id=folder.removeprefix(prefix),
                        box=boxes[folder],
                    )
                    for folder in named
                ),
                passed_over=tuple(f for f in folders if f not in named),
            )
    return None


def _prefixes(
    box: Box, name: str, assignments: list[str], folders: list[str]
) -> Iterator[str]:
    if name.endswith(CLONES):
        yield f"{name.removesuffix(CLONES)}-"
    for assignment in assignments:
        yield f"{assignment}-"
        yield f"{assignment.replace('_', '-')}-"
    clones = [folder for folder in folders if folder in box.repositories]
    if len(clones) > 1:
        start, dash, _ = _common_start(clones).rpartition("-")
        if dash:
            yield f"{start}-"


def _common_start(names: list[str]) -> str:
    least, most = min(names), max(names)
    equal = takewhile(lambda pair: pair[0] == pair[1], zip(least, most, strict=False))
    return "".join(one for one, _ in equal)
