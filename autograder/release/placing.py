"""Puts a release in the place of an older one: whole, inspected, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.errors import UsageError
from autograder.release import manifest
from autograder.release.edition import ARCHIVE, STUDENT
from autograder.release.publish import IGNORED, write


def place(
    files: Mapping[str, bytes], out: Path, inspect: Callable[[Path], None]
) -> None:
    """Makes `out` hold exactly `files`, once `inspect` has let a folder with them pass.

    Raises:
        UsageError: if `out` holds something that no release wrote.
    """
    out = out.resolve()
    _require_replaceable(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        new, old = Path(scratch, "new"), Path(scratch, "old")
        write(files, new)
        inspect(new)
        if out.exists():
            out.rename(old)
        try:
            new.rename(out)
        except OSError:
            if old.exists():
                old.rename(out)
            raise


def _require_replaceable(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise UsageError(f"expected a folder, got the file {out}")
    if not out.exists() or not any(out.iterdir()):
        return
    try:
        known = manifest.digests((out / manifest.NAME).read_bytes())
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{out} is neither empty nor a release ({error}): name another folder"
        ) from error
    if foreign := sorted(_foreign(out, known)):
        raise UsageError(
            f"{out} holds what no release wrote, such as {foreign[0]}:"
            " take it away, or name another folder"
        )


def _foreign(out: Path, known: Mapping[str, str]) -> Iterator[str]:
    """Names of what would be lost: files of somebody's own, and changed ones."""
    for file in out.rglob("*"):
        name = file.relative_to(out)
        if file.is_dir() and not file.is_symlink():
            continue
        if set(name.parts) & set(IGNORED) or name.as_posix() in {
            ARCHIVE,
            manifest.NAME,
        }:
            continue
        top, _, inner = name.as_posix().partition("/")
        if top != STUDENT or known.get(inner) != manifest.digest(file.read_bytes()):
            yield name.as_posix()
