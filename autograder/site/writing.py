"""Writes the site of a gradebook: names and texts of its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from autograder.feedback import feedback
from autograder.gradebook.cells import to_csv
from autograder.gradebook.outputs import LANGUAGES
from autograder.gradebook.records import Entry, Run
from autograder.kit.mistake import Mistake
from autograder.pages.rendering import assets
from autograder.score import plain_number
from autograder.site.class_page import class_page, first_page, summarise
from autograder.site.plain_text import plain_text
from autograder.site.student_page import student_page

COLUMNS = (
    "student",
    "name",
    "email",
    "assignment",
    "submission",
    "score",
    "max_score",
    "page",
    "page_zh",
    "text",
    "text_zh",
)


def site(
    run: Run,
    entries: Sequence[Entry],
    bank: Mapping[tuple[str, str], Mistake],
    language: str = "en",
) -> Iterator[tuple[str, str]]:
    """The site's files below `site/`.

    Args:
        run: the run that it is of.
        entries: the grades that count.
        bank: known mistakes, to show their patches.
        language: of the pages for those who teach; students have theirs in each.
    """
    by_assignment: dict[str, list[Entry]] = {}
    for entry in entries:
        by_assignment.setdefault(entry.report.assignment, []).append(entry)
    classes = [summarise(own, bank) for own in by_assignment.values()]
    for name, text in assets().items():
        yield f"site/{name}", text
    yield "site/index.html", first_page(run, classes, language)
    for one in classes:
        yield f"site/{one.page}", class_page(run, one, language)
    for entry in entries:
        for own, suffix in LANGUAGES.items():
            name = f"site/{_name(entry)}{suffix}"
            yield f"{name}.html", student_page(entry, own)
            yield f"{name}.md", feedback(entry.report, own, entry.score)
            yield f"{name}.txt", plain_text(entry, own)
    yield "site/mail_merge.csv", to_csv(COLUMNS, map(_mail, entries))


def _name(entry: Entry) -> str:
    return f"feedback/{entry.report.assignment}/{entry.report.submission}"


def _mail(entry: Entry) -> list[object]:
    student, score = entry.student, entry.score
    return [
        student.id,
        student.name,
        student.email,
        entry.report.assignment,
        entry.report.submission,
        "" if score.points is None else plain_number(score.points),
        score.most,
        *(
            f"{_name(entry)}{suffix}.{ending}"
            for ending in ("html", "txt")
            for suffix in LANGUAGES.values()
        ),
    ]
