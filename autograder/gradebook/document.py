"""Exports the whole gradebook as one JSON document, schema `autograder.gradebook/1`.

Keys are sorted; a score is null where a check was our fault; a report has the schema
that it says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from autograder.gradebook.records import Entry, Run
from autograder.gradebook.told import number
from autograder.report import to_json
from autograder.score import Override, Score
from autograder.wording.language import say_sentence

SCHEMA = "autograder.gradebook/1"


def to_document(run: Run, entries: Iterable[Entry]) -> str:
    """The entries of a run, with everything that is known of them."""
    document = {
        "schema": SCHEMA,
        "run": run.id,
        "asked": run.asked.words,
        "began": run.began,
        "ended": run.ended or None,
        "rules": run.asked.rules,
        "entries": [_entry(entry) for entry in entries],
    }
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "student": asdict(entry.student),
        "graded_in_run": entry.grade.origin,
        "report": json.loads(to_json(entry.report)),
        **_score(entry.score),
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "score": None if score.points is None else number(score.points),
        "max_score": score.most,
        "steps": [
            {"why": say_sentence("en", step.why), "change": number(step.change)}
            for step in score.steps
        ],
        "overrides": [_override(override) for override in score.overrides],
    }


def _override(override: Override) -> dict[str, Any]:
    points = None if override.points is None else number(override.points)
    return asdict(override) | {"points": points}
