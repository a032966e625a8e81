"""Looks at a student's parts as grading will, and writes the zip to hand in."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.pack.examining import examine, table
from autograder.pack.zipping import find_assignment, packed
from autograder.wording.language import preferred, say


def run(asked: argparse.Namespace) -> int:
    """Looks at a student's parts as grading will, and writes the zip to hand in."""
    language = asked.lang or preferred()
    assignment = find_assignment(asked.folder, asked.assignment)
    found = examine(assignment, language)
    print("\n".join(table(found, language)))
    content = packed(assignment, found)
    out = asked.out or Path(f"{assignment.id}.zip")
    _write(out, content)
    if any(one.has_problems for one in found):
        print(say(language, "not everything is well yet; it is packed all the same"))
    if assignment.hidden_points:
        print(
            say(
                language,
                "{assignment}: {points} more points are checked officially,"
                " on other inputs",
                assignment=assignment.id,
                points=assignment.hidden_points,
            )
        )
    print(say(language, "hand in {file}", file=out))
    return 0


def _write(file: Path, content: bytes) -> None:
    """Writes `content` whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    new.write_bytes(content)
    new.replace(file)
