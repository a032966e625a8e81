"""Canvas: a zip of files named `janedoe_LATE_1234_5678_collator-1.py`.

After the name, and `LATE` if it is, stand the ids of user and file.  Canvas itself lets
no student's name hold a number between underscores, so the first one is the user's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from autograder.intake.boxes import Box, File
from autograder.intake.layouts.handed_in import Export, HandedIn

NAME = re.compile(
    r"(?P<label>.+?)(?P<late>_late)?_(?P<user>\d+)_\d+_(?P<file>.+)", re.IGNORECASE
)
AGAIN = re.compile(
    r"(?P<stem>.+)-(?P<number>\d{1,3})(?P<suffix>\.(py|ipynb|zip))", re.IGNORECASE
)


def read(box: Box) -> Export | None:
    """The submissions of an export; None if most names are not Canvas's."""
    found: defaultdict[tuple[str, str], list[re.Match[str]]] = defaultdict(list)
    passed_over: list[str] = []
    for name, is_folder in box.tops().items():
        match = None if is_folder else NAME.fullmatch(name)
        if match:
            found[match["user"], match["label"]].append(match)
        else:
            passed_over.append(name)
    if sum(map(len, found.values())) <= len(passed_over):
        return None
    handed_in = tuple(
        HandedIn(
            label=label,
            id=user,
            canvas_id=user,
            box=Box(files=files),
            order=order,
            is_late=any(match["late"] for match in matches),
        )
        for (user, label), matches in found.items()
        for order, files in _attempts(box, matches)
    )
    return Export(handed_in=handed_in, passed_over=tuple(passed_over))


def _attempts(
    box: Box, matches: list[re.Match[str]]
) -> Iterator[tuple[int, dict[str, File]]]:
    """One student's files; apart by the numbers of attempts only if names repeat."""
    by_number: defaultdict[int, dict[str, File]] = defaultdict(dict)
    for match in matches:
        again = AGAIN.fullmatch(match["file"])
        name = f"{again['stem']}{again['suffix']}" if again else match["file"]
        number = int(again["number"]) if again else 0
        by_number[number][name] = box.files[match.string]
    together = {name: file for n in by_number for name, file in by_number[n].items()}
    if len(together) == sum(map(len, by_number.values())):
        yield 0, together
    else:
        yield from sorted(by_number.items(), key=lambda item: item[0])
