"""Gradescope: folders `submission_<id>`, and `submission_metadata.yml` says whose.

The metadata are written with Ruby's keys, and in part by students; what is needed of
them is read line by line, by what stands how far from the margin, and nothing is built.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from autograder.errors import UsageError
from autograder.intake.boxes import UNREADABLE, Box
from autograder.intake.layouts.handed_in import Export, HandedIn

METADATA = "submission_metadata.yml"
LONGEST = 64 << 20
FOLDER = re.compile(r"(?P<folder>submission_\d+):\s*")
KEY = re.compile(r"  :(?P<key>\w+):\s*(?P<value>.*)")
ITEM = re.compile(r"  (?P<first>-| ) :(?P<key>\w+):\s*(?P<value>.*)")
TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|UTC|[+-]\d\d:?\d\d)"
)


@dataclass(slots=True, kw_only=True)
class Entry:
    """What the metadata say of one submission."""

    folder: str
    created_at: datetime | None = None
    submitters: list[dict[str, str]] = field(default_factory=list)


def read(box: Box) -> Export | None:
    """The submissions of an export, one for each submitter; None if it is no export."""
    if METADATA not in box.files:
        return None
    tops = set(box.tops()) - {METADATA}
    boxes = box.split()
    handed_in: list[HandedIn] = []
    for entry in _entries(_metadata(box)):
        if entry.folder not in tops:
            continue
        tops.discard(entry.folder)
        handed_in += (
            HandedIn(
                label=who.get("name") or entry.folder,
                id=who.get("sid", ""),
                email=who.get("email", ""),
                box=boxes[entry.folder],
                submitted_at=entry.created_at,
            )
            for who in entry.submitters or [{}]
        )
    return Export(handed_in=tuple(handed_in), passed_over=tuple(sorted(tops)))


def _metadata(box: Box) -> str:
    try:
        content = box.files[METADATA].read(LONGEST + 1)
        if len(content) > LONGEST:
            raise ValueError(f"it is over {LONGEST >> 20} MiB")
        return content.decode("utf-8-sig")
    except UNREADABLE as error:
        raise UsageError(f"{METADATA} cannot be read: {error}") from error


def _entries(text: str) -> Iterator[Entry]:
    entry: Entry | None = None
    key = ""
    for line in text.split("\n"):
        if folder := FOLDER.fullmatch(line):
            if entry:
                yield entry
            entry, key = Entry(folder=folder["folder"]), ""
        elif entry is not None:
            key = _read_line(entry, line, key)
    if entry:
        yield entry


def _read_line(entry: Entry, line: str, key: str) -> str:
    """Adds to `entry` what a line says below `key`; returns the key from there on."""
    if found := KEY.fullmatch(line):
        if found["key"] == "created_at":
            entry.created_at = _time(found["value"])
        return found["key"]
    item = ITEM.fullmatch(line) if key == "submitters" else None
    if item:
        if item["first"] == "-":
            entry.submitters.append({})
        if entry.submitters:  # what a long text goes on with must not replace a key
            entry.submitters[-1].setdefault(item["key"], _scalar(item["value"]))
    return key


def _scalar(text: str) -> str:
    """A text of one line as YAML writes it: bare, or in quotes of either kind."""
    text = text.strip()
    if text[:1] == text[-1:] == "'" and len(text) > 1:
        return text[1:-1].replace("''", "'")
    if text[:1] == '"':
        try:
            return str(json.loads(text))
        except ValueError:
            return text.strip('"')
    return "" if text in ("~", "null") else text


def _time(text: str) -> datetime | None:
    match = TIME.fullmatch(_scalar(text))
    if match is None:
        return None
    day, clock, _, zone = match.groups()
    offset = "+00:00" if zone in ("Z", "UTC") else zone
    try:
        return datetime.fromisoformat(f"{day}T{clock}{offset}")
    except ValueError:
        return None
