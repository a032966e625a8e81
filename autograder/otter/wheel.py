"""Packs the engine that is running as a wheel, so that a bundle brings its own."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from autograder.archive import files_below, zipped
from autograder.errors import UsageError

NAME = "llm-course-autograder"
PACKAGE = Path(__file__).resolve().parent.parent
TAG = "py3-none-any"


def engine_wheel() -> tuple[str, bytes]:
    """File name and content of a wheel of this package.

    Raises:
        UsageError: if the package is not installed, so that nothing says what it needs.
    """
    try:
        installed = distribution(NAME)
    except PackageNotFoundError as error:
        raise UsageError(
            f"{NAME} is not installed, so its requirements are not known:"
            " pip install -e '.[grading]'"
        ) from error
    stem = f"{NAME.replace('-', '_')}-{installed.version}"
    members = dict(files_below(PACKAGE, prefix=PACKAGE.name))
    members |= _description(installed, f"{stem}.dist-info")
    members[f"{stem}.dist-info/RECORD"] = _record(members, f"{stem}.dist-info/RECORD")
    return f"{stem}-{TAG}.whl", zipped(members)


def _description(installed: Distribution, folder: str) -> dict[str, bytes]:
    tags = (
        "Wheel-Version: 1.0\nGenerator: autograder\n"
        f"Root-Is-Purelib: true\nTag: {TAG}\n"
    )
    texts = {
        "METADATA": installed.read_text("METADATA") or "",
        "WHEEL": tags,
        "entry_points.txt": installed.read_text("entry_points.txt") or "",
    }
    return {f"{folder}/{name}": text.encode() for name, text in texts.items()}


def _record(members: dict[str, bytes], own_name: str) -> bytes:
    """The wheel's list of its files, with their hashes and sizes."""
    lines = []
    for name, content in sorted(members.items()):
        digest = urlsafe_b64encode(sha256(content).digest()).decode().rstrip("=")
        lines.append(f"{name},sha256={digest},{len(content)}")
    return "\n".join([*lines, f"{own_name},,", ""]).encode()
