"""Writes each format's files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from autograder.feedback import feedback
from autograder.gradebook.canvas import to_canvas
from autograder.gradebook.ctrf import to_ctrf
from autograder.gradebook.document import to_document
from autograder.gradebook.github import to_annotations
from autograder.gradebook.gradescope import to_gradescope, to_results
from autograder.gradebook.junit import to_junit
from autograder.gradebook.moodle import to_moodle
from autograder.gradebook.records import Entry, Run
from autograder.gradebook.table import to_table
from autograder.report import to_json

Files = Iterator[tuple[str, str]]
"""Names, relative to the folder of results, and texts."""
Writer = Callable[[Run, Sequence[Entry]], Files]
"""What makes the files of one format."""
LANGUAGES = {"en": "", "zh": ".zh"}


def rendered(
    formats: Sequence[str],
    run: Run,
    entries: Sequence[Entry],
    more: Mapping[str, Writer] | None = None,
) -> Files:
    """The files of `formats`; each is a name of `FORMATS`, or of what there is more."""
    writers = FORMATS | dict(more or {})
    for name in formats:
        yield from writers[name](run, entries)


def write(folder: Path, files: Files) -> list[Path]:
    """Writes `files` below `folder`, each whole or not at all; returns them."""
    written: list[Path] = []
    for name, text in files:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f".{file.name}.new")
        new.write_text(text, encoding="utf-8", newline="\n")
        new.replace(file)
        written.append(file)
    return written


def _csv(_: Run, entries: Sequence[Entry]) -> Files:
    yield "gradebook.csv", to_table(entries)


def _reports(_: Run, entries: Sequence[Entry]) -> Files:
    for entry in entries:
        yield f"reports/{_name(entry)}.json", to_json(entry.report)


def _feedback(_: Run, entries: Sequence[Entry]) -> Files:
    for entry in entries:
        for language, suffix in LANGUAGES.items():
            text = feedback(entry.report, language, entry.score)
            yield f"feedback/{_name(entry)}{suffix}.md", text


def _canvas(_: Run, entries: Sequence[Entry]) -> Files:
    yield "canvas.csv", to_canvas(entries)


def _moodle(_: Run, entries: Sequence[Entry]) -> Files:
    for assignment, own in _by_assignment(entries).items():
        yield f"moodle/{assignment}.csv", to_moodle(own)


def _gradescope(_: Run, entries: Sequence[Entry]) -> Files:
    for assignment, own in _by_assignment(entries).items():
        yield f"gradescope/{assignment}.csv", to_gradescope(own)


def _results(_: Run, entries: Sequence[Entry]) -> Files:
    for entry in entries:
        yield f"results/{_name(entry)}/results.json", to_results(entry)


def _junit(_: Run, entries: Sequence[Entry]) -> Files:
    yield "junit.xml", to_junit(entries)


def _ctrf(_: Run, entries: Sequence[Entry]) -> Files:
    yield "ctrf.json", to_ctrf(entries)


def _github(_: Run, entries: Sequence[Entry]) -> Files:
    for entry in entries:
        yield f"github/{_name(entry)}.txt", to_annotations(entry)


def _json(run: Run, entries: Sequence[Entry]) -> Files:
    yield "gradebook.json", to_document(run, entries)


def _name(entry: Entry) -> str:
    return f"{entry.report.assignment}/{entry.report.submission}"


def _by_assignment(entries: Sequence[Entry]) -> Mapping[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.report.assignment, []).append(entry)
    return found


FORMATS: dict[str, Writer] = {
    "csv": _csv,
    "reports": _reports,
    "feedback": _feedback,
    "canvas": _canvas,
    "moodle": _moodle,
    "gradescope": _gradescope,
    "results": _results,
    "junit": _junit,
    "ctrf": _ctrf,
    "github": _github,
    "json": _json,
}
"""What the gradebook can be written as; higher floors have more."""
ALWAYS = ("csv", "reports", "feedback")
"""What grading writes at its end."""
