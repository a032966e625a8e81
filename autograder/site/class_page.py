"""Renders the pages for those who teach: one for each assignment, and the first one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import ndiff
from functools import partial
from pathlib import Path

from markupsafe import Markup

from autograder.gradebook.records import Entry, Run
from autograder.kit.mistake import Mistake
from autograder.letter import word
from autograder.model import Verdict
from autograder.pages.rendering import filled
from autograder.site import charts, rows
from autograder.site.items import Item, analyse, hardest, is_attempted
from autograder.site.misconceptions import Bank, Misconception, misconceptions
from autograder.site.scores import Distribution, distribution
from autograder.wording.language import TAGS, choose, say, translated

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """What there is to say of one assignment."""

    assignment: str
    entries: tuple[Entry, ...]
    scores: Distribution
    items: tuple[Item, ...]
    misconceptions: tuple[Misconception, ...]

    @property
    def page(self) -> str:
        """The name of its page."""
        return f"{self.assignment}.html"

    @property
    def attempted(self) -> int:
        """How many attempted anything."""
        return sum(is_attempted(entry.report) for entry in self.entries)

    @property
    def tiers(self) -> dict[str, int]:
        """How many submissions were graded at each isolation tier."""
        return rows.tiers(self.entries)


def summarise(entries: Sequence[Entry], bank: Bank) -> Class:
    """What there is to say of `entries`, which are of one assignment."""
    return Class(
        assignment=entries[0].report.assignment,
        entries=tuple(entries),
        scores=distribution(entries),
        items=analyse([entry.report for entry in entries]),
        misconceptions=misconceptions(entries, bank),
    )


def first_page(run: Run, classes: Sequence[Class], language: str) -> str:
    """The page that leads to each assignment's."""
    return _filled("index.html", language, run=run, classes=classes)


def class_page(run: Run, shown: Class, language: str) -> str:
    """All of one assignment."""
    table = [rows.row(entry, language) for entry in shown.entries]
    numbers = {item.check.id: number for number, item in enumerate(shown.items, 1)}
    seconds = [e.report.seconds for e in shown.entries if is_attempted(e.report)]
    return _filled(
        "class.html",
        language,
        run=run,
        shown=shown,
        rows=table,
        numbers=numbers,
        hardest=hardest(shown.items),
        flaky=rows.flaky(table, language),
        our_faults=rows.our_faults(table),
        charts=_charts(shown, seconds, language),
        seconds=sorted(seconds),
        most_bytes=max((item.most_bytes for item in shown.items), default=0),
        verdicts=tuple(Verdict),
        patch=patch,
        has_groups=any(entry.student.group for entry in shown.entries),
        has_attempts=any(entry.report.attempt > 1 for entry in shown.entries),
    )


def patch(mistake: Mistake) -> list[tuple[str, str]]:
    """The lines of a mistake's patch, each with its mark: `-`, `+` or a blank."""
    lines = ndiff(mistake.old.splitlines(), mistake.new.splitlines())
    return [(line[0], line[2:]) for line in lines if line[0] != "?"]


def _charts(
    shown: Class, seconds: Sequence[float], language: str
) -> list[tuple[str, Markup]]:
    scores = translated(language, "Scores")
    checks = translated(language, "Checks: pass rate and discrimination")
    time = translated(language, "Time")
    found = [
        (scores, charts.of_scores(shown.scores, language)),
        (checks, charts.of_items(shown.items, language)),
        (time, charts.of_times(seconds, language)),
    ]
    return [(title, chart) for title, chart in found if chart is not None]


def _filled(template: str, language: str, **values: object) -> str:
    return filled(
        TEMPLATES / template,
        language=language,
        tag=TAGS[language],
        say=partial(say, language),
        translated=partial(translated, language),
        choose=partial(choose, language),
        word=partial(word, language=language),
        **values,
    )
