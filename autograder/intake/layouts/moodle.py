"""Moodle: folders `Jane Doe_1234_assignsubmission_file_`, or files so named."""

from __future__ import annotations

import re
from collections import defaultdict

from autograder.intake.boxes import Box, File
from autograder.intake.layouts.handed_in import Export, HandedIn

NAME = re.compile(
    r"(?P<label>.+)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<file>.*)"
)


def read(box: Box) -> Export | None:
    """The submissions of an export; None if most names are not Moodle's.

    Text that was typed into a form is no file: its writer has handed in nothing.
    """
    files: defaultdict[tuple[str, str], dict[str, File]] = defaultdict(dict)
    refused: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    passed_over: list[str] = []
    n_named = 0
    boxes = box.split()
    for name, is_folder in box.tops().items():
        match = NAME.fullmatch(name)
        if match is None or (is_folder and match["file"]):
            passed_over.append(name)
            continue
        n_named += 1
        student = (match["id"], match["label"])
        files[student].update({})
        if match["kind"] == "file":
            files[student] |= (
                boxes[name].files if is_folder else {match["file"]: box.files[name]}
            )
            refused[student] |= boxes[name].refused
    if n_named <= len(passed_over):
        return None
    handed_in = tuple(
        HandedIn(label=label, id=number, box=Box(files=found, refused=refused[key]))
        for key, found in files.items()
        for number, label in [key]
    )
    return Export(handed_in=handed_in, passed_over=tuple(passed_over))
