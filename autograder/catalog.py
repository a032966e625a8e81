"""Finds the assignments on disk and reads what each declares.

Discovery is by name: a folder `a<n>_<topic>` with an `assignment.toml` is an
assignment.  The same reader serves `solutions/` (private: checks lie in `public/` and
`hidden/`) and `assignments/` (published: checks lie beside the stub).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from autograder.accelerator import CPU, DEVICES
from autograder.check_files import check_files, read_checks
from autograder.errors import CatalogError, UsageError
from autograder.model import Check
from autograder.rules import Rules, read_rules

ASSIGNMENT_NAME = re.compile(r"a\d+_[a-z0-9_]+")
SETTINGS = "assignment.toml"
RELEASE = "release.toml"
PROFILES = ("torch", "transformers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one check may cost in its worker."""

    seconds: float = 30.0
    """Wall-clock time over all requests of one check."""
    cpu_seconds: int = 30
    memory_bytes: int = 2 << 30
    """Address space beyond what the worker holds before student code runs."""
    file_bytes: int = 64 << 20
    output_bytes: int = 64 << 10
    processes: int = 0
    """Processes that student code may start; 0 forbids starting any."""
    submission_seconds: float = 600.0
    """Wall-clock time over all checks of one submission."""
    cause_seconds: float = 4.0
    """CPU time of the grader to find the cause of one failing check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One assignment as its folder declares it."""

    id: str
    folder: Path
    title: str
    title_zh: str
    parts: tuple[str, ...]
    given: tuple[str, ...]
    """Modules that parts may import and that come from here, never from a student."""
    profile: str
    """Which libraries the worker has: a name of `PROFILES`."""
    devices: tuple[str, ...] = (CPU,)
    """Where its parts can be graded: names of `DEVICES`."""
    device: str = CPU
    """Where they are."""
    forbidden: tuple[str, ...]
    """Top-level modules that a submission must not import."""
    forbidden_names: tuple[str, ...]
    """Names of allowed libraries, such as `torch.nn.RMSNorm`, that it must not use."""
    limits: Limits
    checks: tuple[Check, ...]
    hidden_points: int
    """Points of hidden checks, known also where the checks are not."""
    rules: Rules = field(default_factory=Rules, hash=False)  # it holds dicts
    """How verdicts become a score; a release for students says none."""

    def module_file(self, part: str) -> Path:
        """The module that belongs to `part` in this folder."""
        return self.folder / f"{part}.py"

    def given_sources(self) -> dict[str, bytes]:
        """Source of each given module, by its name.

        Raises:
            CatalogError: if one is missing.
        """
        try:
            return {name: self.module_file(name).read_bytes() for name in self.given}
        except FileNotFoundError as error:
            raise CatalogError(
                f"{self.id}: no {error.filename}, a given file"
            ) from error

    def policy(self) -> dict[str, tuple[str, ...]]:
        """What a worker has to know of what a part may use."""
        return {
            "given": self.given,
            "forbidden": self.forbidden,
            "forbidden_names": self.forbidden_names,
        }

    def only(self, part: str) -> Assignment:
        """This assignment with the checks of `part` alone, the other parts given."""
        checks = tuple(check for check in self.checks if check.part == part)
        others = tuple(other for other in self.parts if other != part)
        return replace(self, parts=(part,), given=(*self.given, *others), checks=checks)

    def on(self, device: str) -> Assignment:
        """This assignment on `device`, or on the CPU if it cannot be graded there."""
        return replace(self, device=device if device in self.devices else CPU)

    def check_files(self, parts: Sequence[str]) -> tuple[Path, ...]:
        """The check files of `parts` in this folder, public before hidden."""
        return tuple(file for file, _, _ in check_files(self.folder, parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """What the properties of official checks draw, the same for every submission.

    Attributes:
        seed: of each check's draws.
        most_inputs: how many of the inputs that are known to be drawn are asked, the
            examples that a check names first; None: all.
    """

    seed: Callable[[Assignment, Check], int]
    most_inputs: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One term's edition of all assignments."""

    name: str
    secret: str = field(repr=False)

    def seed(self, assignment: Assignment, check: Check) -> int:
        """Seed of a check's draws: the same for every student of the release."""
        text = f"{self.secret}/{assignment.id}/{check.id}"
        return int.from_bytes(sha256(text.encode()).digest()[:8], "little")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """All assignments below one folder."""

    root: Path
    assignments: dict[str, Assignment]

    def __iter__(self) -> Iterator[Assignment]:
        return iter(self.assignments.values())

    def on(self, device: str) -> Catalog:
        """These assignments, graded on `device` where they can be."""
        placed = {name: each.on(device) for name, each in self.assignments.items()}
        return replace(self, assignments=placed)

    @property
    def release(self) -> Release:
        """What makes this release differ from another; private to the instructor."""
        file = self.root / RELEASE
        if not file.is_file():
            raise CatalogError(f"there is no {file}; it names the release's secret")
        settings = _read_settings(file)
        try:
            return Release(name=settings["name"], secret=settings["secret"])
        except KeyError as error:
            raise CatalogError(f"{file}: no {error}") from error

    def __getitem__(self, assignment: str) -> Assignment:
        """The assignment of that id; `UsageError` names the ones there are."""
        if assignment not in self.assignments:
            known = ", ".join(self.assignments) or "none"
            raise UsageError(
                f"no assignment {assignment!r} in {self.root}; there is: {known}"
            )
        return self.assignments[assignment]


def read_catalog(root: Path) -> Catalog:
    """Reads every assignment below `root`.

    Raises:
        UsageError: if `root` is not a folder.
        CatalogError: if an assignment's folder is not what it should be.
    """
    if not root.is_dir():
        raise UsageError(f"no folder {root}: name the one that holds the assignments")
    folders = sorted(
        (f for f in root.iterdir() if (f / SETTINGS).is_file()),
        key=lambda folder: (_number(folder), folder.name),
    )
    return Catalog(root=root, assignments={f.name: read_assignment(f) for f in folders})


def read_assignment(folder: Path) -> Assignment:
    """Reads one assignment's folder.

    Raises:
        CatalogError: if the folder's name, settings or check files are malformed.
    """
    _number(folder)
    settings = _read_settings(folder / SETTINGS)
    try:
        parts = tuple(settings.pop("parts"))
        imports = settings.pop("imports", {})
        names = settings.pop("names", {})
        checks = read_checks(folder, parts)
        assignment = Assignment(
            id=folder.name,
            folder=folder,
            title=settings.pop("title"),
            title_zh=settings.pop("title_zh"),
            parts=parts,
            given=tuple(settings.pop("given", ())),
            profile=settings.pop("profile"),
            devices=(CPU, *settings.pop("devices", ())),
            forbidden=tuple(imports.pop("forbid", ())),
            forbidden_names=tuple(names.pop("forbid", ())),
            limits=Limits(**settings.pop("limits", {})),
            checks=checks,
            hidden_points=settings.pop("hidden_points", 0),
            rules=_read_rules(settings.pop("score", {}), checks, folder),
        )
    except (KeyError, TypeError) as error:
        raise CatalogError(f"{folder / SETTINGS}: {error}") from error
    if leftover := [*settings, *imports, *names]:
        raise CatalogError(f"{folder / SETTINGS}: unknown setting {leftover[0]!r}")
    if both := set(assignment.parts) & set(assignment.given):
        raise CatalogError(f"{folder / SETTINGS}: {min(both)!r} is a part and given")
    if assignment.profile not in PROFILES:
        raise CatalogError(
            f"{folder / SETTINGS}: profile is {assignment.profile!r},"
            f" expected one of {', '.join(PROFILES)}"
        )
    if unknown := set(assignment.devices) - set(DEVICES):
        raise CatalogError(
            f"{folder / SETTINGS}: devices has {min(unknown)!r},"
            f" expected some of {', '.join(DEVICES[1:])}"
        )
    return assignment


def _read_rules(
    settings: dict[str, Any], checks: tuple[Check, ...], folder: Path
) -> Rules:
    try:
        return read_rules(settings, checks)
    except CatalogError as error:
        raise CatalogError(f"{folder / SETTINGS}: {error}") from error


def _number(folder: Path) -> int:
    if not ASSIGNMENT_NAME.fullmatch(folder.name):
        raise CatalogError(
            f"{folder}: an assignment's folder is named a<number>_<topic>,"
            f" got {folder.name!r}"
        )
    return int(folder.name[1:].split("_")[0])


def _read_settings(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"{file}: {error}") from error
