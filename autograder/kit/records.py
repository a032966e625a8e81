"""The embedded records: a few hundred instructions, written for this project."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
TASK = "Below is an instruction that describes a task"
CONTEXT = "paired with an input that provides further context"
RESPOND = "Write a response that appropriately completes the request."


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row in Alpaca's schema; an `input` of `None` means an empty one."""

    instruction: str
    input: str | None
    output: str

    @property
    def prompt(self) -> str:
        """What comes before the output, in Alpaca's own words."""
        instruction = f"### Instruction:\n{self.instruction}\n\n"
        response = "### Response:\n"
        if not self.input:
            return f"{TASK}. {RESPOND}\n\n{instruction}{response}"
        given = f"### Input:\n{self.input}\n\n"
        return f"{TASK}, {CONTEXT}. {RESPOND}\n\n{instruction}{given}{response}"


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
