"""Says what the student repository holds: assignments, engine and its own documents.

The engine goes whole.  A student's run and `autograder pack` need most of it, nothing
in it is private, and a list of what they need would be wrong after the next change.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

from autograder.archive import files_below
from autograder.catalog import Catalog
from autograder.errors import UsageError

ENGINE = Path(__file__).resolve().parent.parent
PROJECT = "pyproject.toml"
CONSTRAINTS = "constraints.txt"
TEMPLATES = Path(__file__).parent / "templates"
NAMES = {"gitignore": ".gitignore"}
"""Templates whose file's name would hide them."""


def student_repository(
    catalog: Catalog, assignments: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Content of every file that students get, by its name.

    Raises:
        UsageError: if the engine runs outside of a checkout, which says what it needs.
    """
    files = dict(files_below(ENGINE, prefix=ENGINE.name))
    files |= {f"assignments/{name}": text for name, text in assignments.items()}
    files[CONSTRAINTS] = _beside_the_engine(CONSTRAINTS)
    values = _values(catalog)
    for template in TEMPLATES.glob("*.in"):
        text = Template(template.read_text(encoding="utf-8")).substitute(values)
        files[NAMES.get(template.stem, template.stem)] = text.encode()
    return files


def version(project: str, release: str) -> str:
    """The project's version with the release as its label: `2026.11.0+2026.fall`."""
    label = ".".join(re.findall("[a-z0-9]+", release.lower()))
    return f"{project}+{label}" if label else project


def _values(catalog: Catalog) -> dict[str, str]:
    """What the templates may say; bounds and licence are the project's own."""
    settings = tomllib.loads(_beside_the_engine(PROJECT).decode())
    project: dict[str, Any] = settings["project"]
    release = catalog.release.name
    return {
        "release": release,
        "first": next(iter(catalog.assignments), "<assignment>"),
        "version": version(project["version"], release),
        "python": project["requires-python"],
        "license": project["license"]["text"],
        "build": json.dumps(settings["build-system"]["requires"]),
        "dependencies": json.dumps(project["dependencies"], indent=4),
    }


def _beside_the_engine(name: str) -> bytes:
    file = ENGINE.parent / name
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise UsageError(
            f"there is no {file}, which a student repository needs:"
            " release from a checkout of the project"
        ) from error
