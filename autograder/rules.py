"""What an assignment says of its score: points, parts, caps, late days, extra credit.

The same names stand in a file's `[score]` and in `asdict(rules)`:

    [score]
    points = { "collator/test_x" = 3 }     # instead of what the check says
    all_or_nothing = ["collator"]          # parts
    caps = { collator = 10 }               # most points of a part
    cap = 20                               # most points of all
    extra_credit = ["collator/test_y"]     # checks beyond the points to be had
    late = { percent_per_day = 10, grace_days = 1, most_percent = 50 }
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.errors import CatalogError
from autograder.model import Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """What a day costs, of the points that were earned."""

    percent_per_day: int = 0
    grace_days: int = 0
    """Days that cost nothing."""
    most_percent: int = 100

    def __post_init__(self) -> None:
        """Refuses what is no share and what is no number of days.

        Raises:
            CatalogError: if a number is outside its range.
        """
        for name, most in (("percent_per_day", 100), ("most_percent", 100)):
            _require_number(f"late.{name}", getattr(self, name), most)
        _require_number("late.grace_days", self.grace_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How verdicts become a score; these say that each check counts what it says."""

    points: dict[str, int] = field(default_factory=dict)
    """Points by a check's id, where not those that the check says."""
    all_or_nothing: tuple[str, ...] = ()
    """Parts that count in full or not at all."""
    caps: dict[str, int] = field(default_factory=dict)
    """Most points of a part."""
    cap: int | None = None
    """Most points of the assignment, extra credit included."""
    extra_credit: tuple[str, ...] = ()
    """Ids of checks that add to the score and not to the points to be had."""
    late: Late = field(default_factory=Late)

    def points_of(self, check: Check) -> int:
        """What `check` is worth."""
        return self.points.get(check.id, check.points)


def read_rules(
    settings: Mapping[str, Any], checks: Iterable[Check] | None = None
) -> Rules:
    """The rules that a `[score]` says.

    Args:
        settings: the table.
        checks: those of the assignment, which the rules may name; None: any.

    Raises:
        CatalogError: if it says what no rule is, or names what is not there.
    """
    try:
        fields = dict(settings)
        rules = Rules(
            points=dict(fields.pop("points", {})),
            all_or_nothing=_names(fields.pop("all_or_nothing", ())),
            caps=dict(fields.pop("caps", {})),
            extra_credit=_names(fields.pop("extra_credit", ())),
            late=Late(**fields.pop("late", {})),
            **fields,
        )
    except (TypeError, ValueError) as error:
        raise CatalogError(f"[score]: {error}") from error
    if checks is not None:
        there = tuple(checks)
        ids, parts = {check.id for check in there}, {check.part for check in there}
        _require_known("check", [*rules.points, *rules.extra_credit], ids)
        _require_known("part", [*rules.all_or_nothing, *rules.caps], parts)
    for name, number in (rules.points | rules.caps).items():
        _require_number(name, number)
    if rules.cap is not None:
        _require_number("cap", rules.cap)
    return rules


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"expected a list of names, got {value!r}")
    return tuple(value)


def _require_known(kind: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            there = ", ".join(sorted(known))
            raise CatalogError(f"[score]: no {kind} {name!r}; there is: {there}")


def _require_number(name: str, number: object, most: int | None = None) -> None:
    if type(number) is not int or number < 0 or (most is not None and number > most):
        bound = "from 0 up" if most is None else f"from 0 to {most}"
        raise CatalogError(
            f"[score]: {name}: expected a whole number {bound}, got {number!r}"
        )
