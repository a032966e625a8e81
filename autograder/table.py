"""Aligns text in columns, also where a character is two cells wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence


def aligned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Each row as one line, its cells below those of the other rows."""
    table = [[_printable(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (
            cell + " " * (most - width(cell))
            for cell, most in zip(row, widths, strict=True)
        )
        yield "  ".join(cells).rstrip()


def width(text: str) -> int:
    """Cells that `text` takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def _printable(text: str) -> str:
    if text.isprintable():  # nearly always, and this is asked very often
        return text
    return "".join(c if c.isprintable() else "�" for c in text)
