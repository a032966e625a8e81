"""Say what a worker may use, which steps were taken, and what tier they make."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

from .limits import NAMES

FEATURES = frozenset({"namespaces", "root", "landlock", "seccomp", "uid"})
TIERS = ("none", "partial", "standard", "full")
"""From the least confined to the most."""
LISTS = ("readable", "hidden", "listable", "devices")
# What a tier is made of, best first. The empty bounding set and the limit of tasks are
# extra: the first adds nothing to `no_new_privs`, the second needs a uid of one's own.
_BASE = frozenset(
    {"one thread", "no new privileges", "capabilities", "parent death"}
    | {"seccomp", "seccomp self"}
    | {f"limit {name}" for name in NAMES if name != "nproc"}
)
_STANDARD = _BASE | {"landlock", "uid"}
_NEEDED = (
    ("full", _STANDARD | {"namespaces", "root"}),
    ("standard", _STANDARD),
    ("partial", _BASE | {"uid"}),
    ("partial", _BASE | {"landlock"}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """What a worker may use; plain data, since it crosses a socket."""

    readable: tuple[str, ...]
    """Files and folders that may be read."""
    hidden: tuple[str, ...] = ()
    """Folders inside readable ones that may not be read, but for what is named."""
    listable: tuple[str, ...]
    """Folders whose names may be listed; a private root shows the readable ones."""
    scratch: str
    """An existing, empty, private folder: working, home and temporary folder."""
    memory_bytes: int
    """On top of what the process uses already."""
    cpu_seconds: int
    file_bytes: int
    open_files: int
    processes: int
    """0: no process can be created at all, only threads."""
    scratch_bytes: int
    """Size of the scratch folder where it lies in a private root."""
    uid: int | None
    """What root becomes; best a uid that nothing else runs as."""
    devices: tuple[str, ...] = ()
    """Files of a device that it computes on, such as a GPU, to be read and written."""
    features: frozenset[str] | None = None
    """The mechanisms of `FEATURES` to use, or `None` for all."""

    def to_json(self) -> dict[str, Any]:
        """Return plain data that `json` writes."""
        data = asdict(self)
        if self.features is not None:
            data["features"] = sorted(self.features)
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Make one from what `to_json` gave."""
        lists = {name: tuple(data[name]) for name in LISTS if name in data}
        features = data["features"]
        chosen = None if features is None else frozenset(features)
        return cls(**{**data, **lists, "features": chosen})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One mechanism: whether it is in force, and its value or why not."""

    name: str
    done: bool
    detail: str


def tier(steps: Iterable[Step]) -> str:
    """Name how far confinement got: full, standard, partial or none."""
    listed = tuple(steps)
    failed = {step.name for step in listed if not step.done}
    done = {step.name for step in listed} - failed
    return next((name for name, needed in _NEEDED if needed <= done), "none")
