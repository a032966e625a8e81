"""Writes CSV that every reader takes for what it says and no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@")


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV; texts that a spreadsheet would run are guarded."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([guarded(c) if isinstance(c, str) else c for c in row])
    return text.getvalue()


def guarded(text: str) -> str:
    """`text` that is one cell, which a spreadsheet will not run as a formula.

    A carriage return would end the row: csv does not quote it.
    """
    shown = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return f"'{shown}" if shown.lstrip().startswith(FORMULA) else shown
