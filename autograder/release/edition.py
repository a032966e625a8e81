"""Puts one release together: the student repository, its zip and its manifest."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.archive import zipped
from autograder.catalog import Catalog
from autograder.errors import GateError
from autograder.release import manifest
from autograder.release.portable import faults
from autograder.release.student import student_repository

STUDENT = "student"
ARCHIVE = f"{STUDENT}.zip"


def edition(catalog: Catalog, assignments: Mapping[str, bytes]) -> dict[str, bytes]:
    """Content of every file of the release, by its name.

    The same input gives the same bytes.

    Args:
        catalog: what is released.
        assignments: what `autograder.release.publish.rendered` makes of it.

    Raises:
        GateError: if some system could not hold the student repository.
    """
    student = student_repository(catalog, assignments)
    if found := list(faults(student)):
        raise GateError("\n".join(["not every system can hold", *found]))
    files = {f"{STUDENT}/{name}": content for name, content in student.items()}
    return {
        **files,
        ARCHIVE: zipped(files),
        manifest.NAME: manifest.manifest(catalog, student),
    }
