"""Computes a score from verdicts by an assignment's rules, step by step.

Everything is a pure function, and every number is exact: whole points, and percents of
them as decimals.  The steps add up to the score, so feedback can show the arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from autograder.kit.failures import Sentence
from autograder.model import CheckResult, Report, Verdict
from autograder.rules import Late, Rules

DAY = 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What a person decided, or remarked, of one student's work.

    Attributes:
        student: whose work; the submission's name where nothing else says it.
        assignment: of which assignment.
        check: the id of the check that it is about; empty: the whole score.
        points: what is given instead of what was computed; None: only a comment.
        author: who decided.
        reason: why; shown to the student.
        at: when, in UTC.
    """

    student: str
    assignment: str
    author: str
    reason: str
    check: str = ""
    points: Decimal | None = None
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the arithmetic."""

    why: Sentence
    change: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What one report is worth.

    Attributes:
        points: the score; None where a check was our fault and nobody decided.
        most: points to be had, without extra credit.
        steps: what the points are made of, in order; they add up to them.
        overrides: what persons said, the last word on each subject.
    """

    points: Decimal | None
    most: int
    steps: tuple[Step, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def is_decided(self) -> bool:
        """Whether a person set points."""
        return any(said.points is not None for said in self.overrides)


def score(
    report: Report, rules: Rules | None = None, said: Iterable[Override] = ()
) -> Score:
    """What `report` is worth by `rules`, and by what persons said of it."""
    rules = rules or Rules()
    overrides = _last_words(report, said)
    steps = _steps(report, rules, overrides)
    return Score(
        points=None if steps is None else sum((s.change for s in steps), Decimal()),
        most=most_points(report.results, rules),
        steps=tuple(step for step in steps or () if step.change),
        overrides=overrides,
    )


def most_points(results: Iterable[CheckResult], rules: Rules) -> int:
    """Points to be had by `rules`, without extra credit."""
    parts: dict[str, int] = {}
    for check in (result.check for result in results):
        if check.id not in rules.extra_credit:
            parts[check.part] = parts.get(check.part, 0) + rules.points_of(check)
    total = sum(min(n, rules.caps.get(part, n)) for part, n in parts.items())
    return total if rules.cap is None else min(total, rules.cap)


def late_days(late_seconds: float, late: Late) -> int:
    """Days that count: begun ones, beyond those of grace."""
    return max(0, math.ceil(late_seconds / DAY) - late.grace_days)


def plain_number(number: Decimal) -> str:
    """`number` without zeros at its end and without an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _last_words(report: Report, said: Iterable[Override]) -> tuple[Override, ...]:
    """Of the overrides of `report` the last ones, and every comment."""
    words: dict[object, Override] = {}
    for number, one in enumerate(said):
        if (one.student, one.assignment) == (report.owner, report.assignment):
            subject = number if one.points is None else one.check
            words.pop(subject, None)
            words[subject] = one
    return tuple(words.values())


def _steps(
    report: Report, rules: Rules, overrides: Sequence[Override]
) -> list[Step] | None:
    """The arithmetic; None where something that counts has no verdict."""
    decided = {one.check: one for one in overrides if one.points is not None}
    whole = decided.pop("", None)
    open_checks = [
        result
        for result in report.results
        if result.finding.verdict is Verdict.GRADER_ERROR
        and result.check.id not in decided
    ]
    if open_checks:
        return [_decided(whole, Decimal())] if whole else None
    steps = list(_of_checks(report.results, rules, decided))
    steps += _total_cap(rules, _sum(steps))
    steps += _late(report.late_seconds, rules.late, _sum(steps))
    if whole:
        steps.append(_decided(whole, _sum(steps)))
    return steps


def _of_checks(
    results: Sequence[CheckResult], rules: Rules, decided: dict[str, Override]
) -> Iterator[Step]:
    """What the checks give, and the rules of the parts that they are of."""
    regular = [r for r in results if r.check.id not in rules.extra_credit]
    extra = [r for r in results if r.check.id in rules.extra_credit]
    yield Step(why=Sentence("checks"), change=_earned(regular, rules))
    for one in _overrides_of(regular, decided):
        yield _decided(one, _before(one, regular, rules))
    for part in dict.fromkeys(result.check.part for result in regular):
        of_part = [result for result in regular if result.check.part == part]
        yield from _part(part, of_part, rules, decided)
    yield Step(why=Sentence("extra credit"), change=_earned(extra, rules))
    for one in _overrides_of(extra, decided):
        yield _decided(one, _before(one, extra, rules))


def _part(
    part: str,
    results: Sequence[CheckResult],
    rules: Rules,
    decided: dict[str, Override],
) -> Iterator[Step]:
    points = _earned(results, rules) + sum(
        ((one.points or 0) - _before(one, results, rules))
        for one in _overrides_of(results, decided)
    )
    most = sum(rules.points_of(result.check) for result in results)
    if part in rules.all_or_nothing and points < most:
        why = Sentence("{part} counts in full or not at all", {"part": part})
        yield Step(why=why, change=-points)
        points = Decimal()
    cap = rules.caps.get(part)
    if cap is not None and points > cap:
        why = Sentence("{part} counts at most {cap}", {"part": part, "cap": str(cap)})
        yield Step(why=why, change=cap - points)


def _total_cap(rules: Rules, points: Decimal) -> Iterator[Step]:
    if rules.cap is not None and points > rules.cap:
        why = Sentence("all counts at most {cap}", {"cap": str(rules.cap)})
        yield Step(why=why, change=rules.cap - points)


def _late(seconds: float, late: Late, points: Decimal) -> Iterator[Step]:
    days = late_days(seconds, late)
    percent = min(days * late.percent_per_day, late.most_percent)
    if percent and points > 0:
        why = Sentence(
            "late, {days} days beyond the grace: {percent} %",
            {"days": str(days), "percent": str(percent)},
        )
        yield Step(why=why, change=-points * percent / 100)


def _decided(override: Override, before: Decimal) -> Step:
    names = {"author": override.author, "reason": override.reason}
    why = Sentence("{author} set the score: {reason}", names)
    if override.check:
        names["check"] = override.check
        why = Sentence("{author} set {check}: {reason}", names)
    return Step(why=why, change=(override.points or Decimal()) - before)


def _overrides_of(
    results: Iterable[CheckResult], decided: dict[str, Override]
) -> list[Override]:
    ids = [result.check.id for result in results]
    return [decided[check] for check in ids if check in decided]


def _before(
    override: Override, results: Iterable[CheckResult], rules: Rules
) -> Decimal:
    """What the check of an override earned by its verdict."""
    return _earned([r for r in results if r.check.id == override.check], rules)


def _earned(results: Iterable[CheckResult], rules: Rules) -> Decimal:
    return Decimal(sum(rules.points_of(r.check) for r in results if r.is_earned))


def _sum(steps: Iterable[Step]) -> Decimal:
    return sum((step.change for step in steps), Decimal())
