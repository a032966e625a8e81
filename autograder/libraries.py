"""Says which installed folders a worker may read: its profile's libraries, no others.

What a worker cannot read it cannot import, however it tries; so a profile is also the
hard part of an import policy.
"""

from __future__ import annotations

import re
import site
import sys
import sysconfig
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOTS = {
    "torch": ("torch", "numpy", "safetensors"),
    "transformers": ("torch", "numpy", "transformers", "datasets", "accelerate"),
}
SYSTEM = (
    # Shared libraries and what their loader reads.
    "/lib64",
    "/usr/lib64",
    "/etc/ld.so.cache",
    # What numerical libraries and the standard library ask of a machine.
    "/dev/null",
    "/dev/urandom",
    "/dev/zero",
    "/etc/localtime",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
    "/usr/share/zoneinfo",
)


@cache
def site_folders() -> tuple[str, ...]:
    """The folders that hold installed packages, in the order they are searched."""
    folders = (*site.getsitepackages(), sysconfig.get_path("purelib"))
    return tuple(dict.fromkeys(f for f in folders if Path(f).is_dir()))


@cache
def listable() -> tuple[str, ...]:
    """Folders whose entries a worker may list, for Python's importer does so."""
    return tuple(sorted({*site_folders(), *_standard_library()}))


@cache
def hidden() -> tuple[str, ...]:
    """Folders for installed packages inside the standard library's."""
    inside = (Path(folder).glob("*-packages") for folder in _standard_library())
    return tuple(sorted(str(path) for found in inside for path in found))


@cache
def readable(profile: str) -> tuple[str, ...]:
    """Files and folders that a worker of `profile` may read."""
    found = _standard_library() | _library_files(profile)
    # A shared libpython lies beside the standard library, outside of it.
    found |= {str(file) for file in Path(sys.base_prefix, "lib").glob("libpython*")}
    # Debian keeps shared libraries apart from packages; elsewhere there is one folder.
    multiarch = sysconfig.get_config_var("MULTIARCH")
    shared = (f"/usr/lib/{multiarch}", f"/lib/{multiarch}") if multiarch else ("/lib",)
    found |= {path for path in (*SYSTEM, *shared) if Path(path).exists()}
    return tuple(sorted(found))


def _standard_library() -> set[str]:
    base = {"platbase": sys.base_exec_prefix}  # not a virtual environment's
    names = ("stdlib", "platstdlib")
    return {sysconfig.get_path(name, vars=base) for name in names}


def _library_files(profile: str) -> set[str]:
    """Top-level files and folders of a profile's distributions and what they need."""
    pending = list(ROOTS[profile])
    seen: set[str] = set()
    found: set[str] = set()
    while pending:
        name = _normal(pending.pop())
        if name in seen:
            continue
        seen.add(name)
        try:
            installed = distribution(name)
        except PackageNotFoundError:  # an optional need that nobody installed
            continue
        found |= _top_level(installed)
        pending += filter(None, map(_required_name, installed.requires or ()))
    return found


def _top_level(installed: Distribution) -> set[str]:
    root = Path(str(installed.locate_file("")))
    names = {file.parts[0] for file in installed.files or ()} - {"..", "__pycache__"}
    return {str(root / name) for name in names if (root / name).exists()}


def _required_name(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    return match.group() if match and "extra ==" not in requirement else ""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
