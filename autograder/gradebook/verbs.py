"""What one asks of a gradebook from the command line: report, diff, override.

Each does it and says, line by line, what came of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from autograder.gradebook.book import Book
from autograder.gradebook.differences import changes, shown
from autograder.gradebook.outputs import ALWAYS, Writer, rendered, write
from autograder.gradebook.overriding import checked
from autograder.gradebook.policy_file import read_policy
from autograder.gradebook.records import Entry
from autograder.model import Verdict
from autograder.rules import Late
from autograder.score import Override, late_days
from autograder.table import aligned


def report(
    folder: Path,
    formats: Sequence[str],
    *,
    run: int | None = None,
    keep: str | None = None,
    policy: Path | None = None,
    more: Mapping[str, Writer] | None = None,
) -> Iterator[str]:
    """Writes what the gradebook in `folder` says, and names the files.

    Args:
        folder: where the gradebook lies, and results go.
        formats: names of `outputs.FORMATS`.
        run: as of which run; the last one where None.
        keep: which grades count; as the run was asked for where None.
        policy: a file of rules instead of the run's own.
        more: formats besides those of `outputs.FORMATS`.
    """
    with Book.reading(folder) as book:
        asked = book.run(run)
        reports = book.reports(run)
        checks = {r.assignment: [c.check for c in r.results] for r in reports}
        rules = read_policy(policy, checks) if policy else {}
        settings = {name: asdict(own) for name, own in rules.items()}
        entries = book.scores(run, keep=keep, rules=settings)
        yield from map(str, write(folder, rendered(formats, asked, entries, more)))
    if len(reports) < asked.asked.total:
        yield f"{len(reports)} of {asked.asked.total} are graded: the run did not end"


def diff(folder: Path, before: int, after: int) -> Iterator[str]:
    """Says whose score differs between two runs, on which checks and why."""
    with Book.reading(folder) as book:
        old, new = (book.scores(run, keep="all") for run in (before, after))
    rows = [
        (
            f"{change.assignment}/{change.submission}",
            f"{change.before or 'absent'} -> {change.after or 'absent'}",
            "; ".join(change.checks),
            "; ".join(change.why),
        )
        for change in changes(old, new)
    ]
    if rows:
        yield from aligned([("submission", "score", "checks", "why"), *rows])
    else:
        yield f"no score differs between run {before} and run {after}"


def override(
    folder: Path, said: Override, more: Mapping[str, Writer] | None = None
) -> Iterator[str]:
    """Adds what a person said, writes the results anew, and shows the grade.

    Args:
        folder: where the gradebook lies, and results go.
        said: what to add.
        more: formats that are written besides `outputs.ALWAYS`.
    """
    with Book.reading(folder):  # `writing` would begin a gradebook
        pass
    with Book.writing(folder) as book:
        book.say(checked(said, book.reports()))
        entries = book.scores()
        write(folder, rendered((*ALWAYS, *(more or ())), book.run(), entries, more))
    yield from listing(
        entry
        for entry in entries
        if (entry.report.owner, entry.report.assignment)
        == (said.student, said.assignment)
    )


def listing(entries: Iterable[Entry]) -> Iterator[str]:
    """The entries as a table for a terminal."""
    rows = [("submission", "score", "verdicts", "time", "isolation", "remarks")]
    for entry in entries:
        told = entry.report
        counts = ((told.count(verdict), verdict) for verdict in Verdict)
        rows.append(
            (
                f"{told.assignment}/{told.submission}",
                f"{shown(entry.score)} of {entry.score.most}",
                ", ".join(f"{count} {verdict}" for count, verdict in counts if count),
                f"{told.seconds:.1f} s",
                told.isolation,
                "; ".join(_remarks(entry)),
            )
        )
    return aligned(rows)


def _remarks(entry: Entry) -> Iterator[str]:
    told = entry.report
    if flaky := sum(result.is_flaky for result in told.results):
        yield f"{flaky} flaky"
    if days := late_days(told.late_seconds, Late()):
        yield f"{days} days late"
    if told.identical_to:
        yield f"identical to {told.identical_to}"
    for said in entry.score.overrides:
        yield f"{said.author}: {said.reason}"
