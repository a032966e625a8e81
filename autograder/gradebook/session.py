"""Grades into a gradebook: goes on where a run was killed, and grades nothing twice.

Each finished submission is one transaction, so whatever ends the process costs at most
what was being graded just then.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from autograder.catalog import Assignment, Release
from autograder.gradebook import planning
from autograder.gradebook.book import Book
from autograder.gradebook.planning import Item
from autograder.gradebook.records import Asked, Grade, Run
from autograder.intake import Work
from autograder.model import Report, Verdict
from autograder.provenance import provenance
from autograder.roster import Roster
from autograder.rules import Rules
from autograder.worker.confinement import TIERS

GradeAll = Callable[[list[Work]], Iterable[Report]]
"""Grades works, in any order: what `autograder.batch.grade_batch` does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person asked of a run.

    Attributes:
        only: which of the grades of the last run are graded again; empty: those that
            cannot be taken over.
        cache: whether what was graded before is taken over, and what is identical is
            graded once.
        repeat: how often every check runs.
        keep: which grades count.
        isolation: the lowest tier whose grades are taken over.
        rules: of the score, by assignment, instead of those of the assignments.

    Raises:
        UsageError: if `only` is nothing that can be asked for.
    """

    only: str = ""
    cache: bool = True
    repeat: int = 1
    keep: str = "latest"
    isolation: str = "standard"
    rules: Mapping[str, Rules] | None = None

    def __post_init__(self) -> None:
        """Refuses what cannot be asked for before anything is graded."""
        planning.selection(self.only or "changed")

    @property
    def words(self) -> str:
        """What was asked, for people."""
        said = [f"only {self.only}" if self.only else "all"]
        said += [f"{self.repeat} times"] if self.repeat > 1 else []
        said += [] if self.cache else ["no cache"]
        return ", ".join(said)


class Session:
    """One run: what of it is left to do, and a way to do it."""

    def __init__(
        self,
        book: Book,
        works: Sequence[Work],
        *,
        release: Release,
        roster: Roster,
        wish: Wish,
    ) -> None:
        assignments = {work.assignment.id: work.assignment for work in works}
        came_from = {name: provenance(a, release) for name, a in assignments.items()}
        items = planning.itemized(works, came_from, repeat=wish.repeat)
        rules = _rules(assignments.values(), wish)
        asked = Asked(
            plan=planning.digest(items, wish.words, wish.keep, rules, roster),
            words=wish.words,
            rules=rules,
            roster=roster,
            keep=wish.keep,
            total=len(items),
        )
        self._book = book
        self._wish = wish
        self._is_again = planning.selection(wish.only or "changed")
        self._last = _last_ended(book)
        self.run = self._run(asked)
        done = {grade.place for grade in book.grades(self.run.id)}
        self._items = [item for item in items if item.place not in done]
        self.total = len(items)
        self.resumed = len(done)
        if not self.run.ended:
            self._take_over()

    @property
    def summary(self) -> str:
        """How much of the run there is to do."""
        left = len(self.left)
        said = f"run {self.run.id}: {self.total} to grade"
        said += f", {self.resumed} of them graded before" if self.resumed else ""
        taken = self.total - self.resumed - len(self._items)
        said += f", {taken} taken over" if taken else ""
        same = len(self._items) - left
        return f"{said}, {same} identical to another" if same else said

    @property
    def left(self) -> list[Work]:
        """What will be graded, in order: of identical works the first one."""
        return [group[0].work for group in self._groups()]

    @property
    def names(self) -> list[str]:
        """What is left, as `assignment/submission`, what is not graded itself last."""
        groups = self._groups()
        items = [group[0] for group in groups]
        items += [item for group in groups for item in group[1:]]
        return ["/".join(item.name) for item in items]

    def finished(self, grade_all: GradeAll) -> Generator[Report, None, None]:
        """Grades what is left, and yields every report once it is in the gradebook."""
        groups = {group[0].name: group for group in self._groups()}
        works = [group[0].work for group in groups.values()]
        for report in grade_all(works) if works else ():
            group = groups.pop((report.assignment, report.submission))
            reports = [item.adopted(report) for item in group]
            self._record(zip(group, reports, strict=True))
            yield from reports
        if not self.run.ended:
            self._book.end(self.run)

    def _run(self, asked: Asked) -> Run:
        """The run to grade into: the last one again where nothing is new."""
        last = self._book.runs()[-1:]
        nothing_new = self._wish.cache and not self._wish.only
        if nothing_new and last and last[0].ended and last[0].asked.plan == asked.plan:
            reports = self._book.reports(last[0].id)
            if not any(report.count(Verdict.GRADER_ERROR) for report in reports):
                return last[0]
        return self._book.begin(asked)

    def _take_over(self) -> None:
        """Records what needs no grading, all at once."""
        taken, left = [], []
        for item in self._items:
            if known := self._known(item):
                taken.append((item, known))
            else:
                left.append(item)
        self._book.record(
            Grade(
                run=self.run.id,
                place=item.place,
                key=known.key,
                origin=known.origin,
                report=item.adopted(known.report),
            )
            for item, known in taken
        )
        self._items = left

    def _known(self, item: Item) -> Grade | None:
        """The earlier grade that `item` takes over, if it does."""
        before = self._last.get(item.name)
        if self._wish.only and before is not None:
            return None if self._is_again(item, before) else before
        known = self._book.known(item.key) if self._wish.cache else None
        if known is None or not planning.is_attempted(known.report):
            return known
        reached = TIERS.index(known.report.isolation)
        return known if reached >= TIERS.index(self._wish.isolation) else None

    def _groups(self) -> list[list[Item]]:
        """What is left, identical works together unless each is graded by itself."""
        groups: dict[object, list[Item]] = {}
        for item in self._items:
            together = item.key if self._wish.cache else item.place
            groups.setdefault(together, []).append(item)
        return list(groups.values())

    def _record(self, graded: Iterable[tuple[Item, Report]]) -> None:
        self._book.record(
            Grade(
                run=self.run.id,
                place=item.place,
                key=item.key,
                origin=self.run.id,
                report=report,
            )
            for item, report in graded
        )


def _rules(
    assignments: Iterable[Assignment], wish: Wish
) -> dict[str, dict[str, object]]:
    said = wish.rules or {}
    return {a.id: asdict(said.get(a.id, a.rules)) for a in assignments}


def _last_ended(book: Book) -> dict[tuple[str, str], Grade]:
    """The grades of the last run that ended, by assignment and submission."""
    ended = [run.id for run in book.runs() if run.ended]
    grades = book.grades(ended[-1]) if ended else ()
    return {(g.report.assignment, g.report.submission): g for g in grades}
