"""Reads a file of rules.

`[score]` is for every assignment, `[<assignment>.score]` for one instead.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.errors import CatalogError, UsageError
from autograder.model import Check
from autograder.rules import Rules, read_rules


def read_policy(file: Path, checks: Mapping[str, Sequence[Check]]) -> dict[str, Rules]:
    """The rules that `file` says, by assignment; what it says of others is read past.

    Args:
        file: TOML.
        checks: those of the assignments that rules are wanted of.

    Raises:
        UsageError: if the file says what no rule is.
    """
    try:
        settings = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"--policy {file}: {error}") from error
    every = settings.pop("score", None)
    for name, own in settings.items():
        if not isinstance(own, dict) or own.keys() != {"score"}:
            raise UsageError(
                f"--policy {file}: expected [score] or [<assignment>.score],"
                f" got {name!r}"
            )
    found: dict[str, Rules] = {}
    for assignment, known in checks.items():
        rules = settings[assignment]["score"] if assignment in settings else every
        if rules is not None:
            try:
                found[assignment] = read_rules(rules, known)
            except CatalogError as error:
                raise UsageError(f"--policy {file}: {assignment}: {error}") from error
    return found
