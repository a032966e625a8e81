"""Writes and reads what one task of a cluster grades.

A chunk is a JSON file: the works, and where the checks lie.  It holds what students
handed in and nothing of ours: a task reads checks, reference and the release's secret
from the folder in which the instructor installed them.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from autograder.accelerator import CPU
from autograder.catalog import Catalog, read_catalog
from autograder.errors import ClusterError
from autograder.intake import Submission, Work
from autograder.provenance import provenance

SCHEMA = "autograder.chunk/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What all tasks of a run grade by.

    Attributes:
        catalog: the private folder, at the path under which every node has it.
        device: where student code computes, if its assignment can be graded there.
        accepted: the lowest tier that may grade.
        repeat: how often every check runs.
    """

    catalog: Catalog
    device: str = CPU
    accepted: str = "standard"
    repeat: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """What one task grades.

    Attributes:
        folder: the run's, which the tasks share with whoever submitted them.
        terms: what it is graded by.
        works: by their digests.
    """

    folder: Path
    terms: Terms
    works: Mapping[str, Work]


def by_digest(works: Iterable[Work], terms: Terms) -> dict[str, Work]:
    """Works by the SHA-256 over each and all that determines its report."""
    works = list(works)
    came_from = _came_from(works, terms)
    found = {}
    for work in works:
        determined = {
            "work": _to_data(work),
            "came_from": came_from[work.assignment.id],
            "accepted": terms.accepted,
            "repeat": terms.repeat,
        }
        text = json.dumps(determined, sort_keys=True)
        found[sha256(text.encode("ascii")).hexdigest()] = work
    return found


def to_json(chunk: Chunk) -> str:
    """`chunk` as the text of its file."""
    terms = chunk.terms
    document = {
        "schema": SCHEMA,
        "folder": str(chunk.folder),
        "solutions": str(terms.catalog.root.absolute()),
        "device": terms.device,
        "accepted": terms.accepted,
        "repeat": terms.repeat,
        "came_from": _came_from(chunk.works.values(), terms),
        "works": {key: _to_data(work) for key, work in chunk.works.items()},
    }
    return json.dumps(document, indent=1) + "\n"


def from_json(text: str) -> Chunk:
    """The chunk that `to_json` wrote, with the checks that are installed here.

    Raises:
        ClusterError: if a work would not get here the report that it was asked for.
    """
    document = json.loads(text)
    if document["schema"] != SCHEMA:
        raise ClusterError(f"expected a {SCHEMA}, got a {document['schema']}")
    terms = Terms(
        catalog=read_catalog(Path(document["solutions"])).on(document["device"]),
        device=document["device"],
        accepted=document["accepted"],
        repeat=document["repeat"],
    )
    works = {
        key: _from_data(entry, terms.catalog)
        for key, entry in document["works"].items()
    }
    here = _came_from(works.values(), terms)
    for assignment, there in document["came_from"].items():
        for name, value in there.items():
            if here[assignment][name] != value:
                raise ClusterError(
                    f"{assignment}: expected the {name} of the machine that asked,"
                    f" {value}, got {here[assignment][name]} on this node"
                )
    return Chunk(folder=Path(document["folder"]), terms=terms, works=works)


def _came_from(works: Iterable[Work], terms: Terms) -> dict[str, dict[str, Any]]:
    """What determines scores where this runs, by assignment."""
    release = terms.catalog.release
    assignments = {work.assignment.id: work.assignment for work in works}
    return {name: asdict(provenance(a, release)) for name, a in assignments.items()}


def _to_data(work: Work) -> dict[str, Any]:
    assignment, submission = work.assignment.id, work.submission
    files = {
        part: b64encode(source).decode("ascii")
        for (owner, part), source in sorted(submission.files.items())
        if owner == assignment
    }
    return {
        "assignment": assignment,
        "most_inputs": work.most_inputs,
        "submission": asdict(replace(submission, files={})) | {"files": files},
    }


def _from_data(entry: dict[str, Any], catalog: Catalog) -> Work:
    said = entry["submission"]
    assignment = catalog[entry["assignment"]]
    files = {
        (assignment.id, part): b64decode(source)
        for part, source in said["files"].items()
    }
    sequences = {name: tuple(said[name]) for name in ("sources", "notes")}
    return Work(
        submission=Submission(**said | sequences | {"files": files}),
        assignment=assignment,
        most_inputs=entry["most_inputs"],
    )
