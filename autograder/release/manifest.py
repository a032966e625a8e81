"""Writes `release.json`: what a release is, so that anybody can hold it against it.

The schema is `autograder.release/1`: one object, keys sorted.

    schema       "autograder.release/1"
    release      the release's name
    version      the project's version
    seed_digest  digest of the release's secret, as reports name it; never the secret
    assignments  by id: `points`, `hidden_points`, `public_checks` (points by the id of
                 the check) and `checks_digest`, as reports name it
    files        SHA-256 of every file of the student repository, by its name

Hidden checks are one sum: their names are private.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from autograder import __version__
from autograder.catalog import Assignment, Catalog
from autograder.model import Visibility, total_points
from autograder.provenance import checks_digest, seed_digest

SCHEMA = "autograder.release/1"
NAME = "release.json"


def manifest(catalog: Catalog, student: Mapping[str, bytes]) -> bytes:
    """What `release.json` says of `catalog` and the files of its student repository."""
    document = {
        "schema": SCHEMA,
        "release": catalog.release.name,
        "version": __version__,
        "seed_digest": seed_digest(catalog.release),
        "assignments": {assignment.id: _said(assignment) for assignment in catalog},
        "files": {name: digest(content) for name, content in student.items()},
    }
    text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True)
    return f"{text}\n".encode()


def digests(content: bytes) -> dict[str, str]:
    """Digest of each file of the student repository, by its name.

    Raises:
        ValueError: if `content` is no `release.json` of this schema.
    """
    document = json.loads(content)
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA:
        raise ValueError(f"expected schema {SCHEMA!r}, got {schema!r}")
    files: dict[str, str] = document["files"]
    return files


def digest(content: bytes) -> str:
    """SHA-256 of a file's content, in hexadecimal digits."""
    return sha256(content).hexdigest()


def _said(assignment: Assignment) -> dict[str, Any]:
    public = [c for c in assignment.checks if c.visibility is Visibility.PUBLIC]
    points = total_points(assignment.checks)
    return {
        "points": points,
        "hidden_points": points - total_points(public),
        "public_checks": {check.id: check.points for check in public},
        "checks_digest": checks_digest(assignment),
    }
