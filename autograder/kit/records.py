"""The embedded records: a few hundred instructions, written for this project."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row in Alpaca's schema; an `input` of `None` means an empty one."""

    instruction: str
    input: str | None
    output: str


@cache
def records() -> tuple[Record, ...]:
    """Return all embedded records, English and Chinese, plain and awkward, mixed."""
    with (DATA / "records.jsonl").open(encoding="utf-8") as lines:
        return tuple(Record(**json.loads(line)) for line in lines)


def columns(chosen: Iterable[Record]) -> dict[str, list[str | None]]:
    """Return records column by column, as `datasets.Dataset.from_dict` wants them."""
    rows = tuple(chosen)
    return {
        "instruction": [row.instruction for row in rows],
        "input": [row.input for row in rows],
        "output": [row.output for row in rows],
    }
