"""Says what determines a score besides the submission: checks, seed, versions, device.

Two grades with the same provenance of the same files are the same grade; where one of
these differs, `autograder diff` can say so.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from autograder import __version__
from autograder.catalog import Assignment, Release

RECORDED = ("hypothesis", "numpy", "pytest", "torch", "transformers")
"""Distributions on whose versions a score may depend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a grade came from; `autograder.model.Report` has fields of these names."""

    release: str
    checks_digest: str
    seed_digest: str
    versions: dict[str, str]
    device: str


def provenance(assignment: Assignment, release: Release) -> Provenance:
    """What determines scores of `assignment` in `release` on this machine."""
    versions = {"autograder": __version__, "python": platform.python_version()}
    return Provenance(
        release=release.name,
        checks_digest=checks_digest(assignment),
        seed_digest=seed_digest(release),
        versions=versions | {name: version(name) for name in RECORDED},
        device=f"{assignment.device} {platform.machine()}",
    )


def seed_digest(release: Release) -> str:
    """SHA-256 that tells seeds of two releases apart and gives none away."""
    return sha256(f"seed of {release.secret}".encode()).hexdigest()


def checks_digest(assignment: Assignment) -> str:
    """SHA-256 over checks, oracles, given files, policy and limits of `assignment`.

    Known mistakes and the rules of the score are left out: no verdict depends on them.
    """
    total = sha256()
    settings = (
        assignment.profile,
        assignment.forbidden,
        assignment.forbidden_names,
        asdict(assignment.limits),
    )
    total.update(repr(settings).encode())
    for file in _sources(assignment.folder):
        name, source = file.relative_to(assignment.folder), file.read_bytes()
        total.update(f"{name.as_posix()} {len(source)}\n".encode() + source)
    return total.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for place in (folder, folder / "public", folder / "hidden"):
        for file in sorted(place.glob("*.py")):
            if file.name != "mistakes.py":
                yield file
