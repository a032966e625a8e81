"""Renders a student's feedback as a page of its own, which names nobody else."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from autograder.gradebook.records import Entry
from autograder.letter import letter
from autograder.message import Message
from autograder.pages.rendering import filled_alone
from autograder.score import plain_number
from autograder.wording.html import html
from autograder.wording.language import TAGS, translated

TEMPLATE = Path(__file__).parent / "templates" / "feedback.html"


def student_page(entry: Entry, language: str) -> str:
    """The feedback of `entry`; it can be sent as it is."""

    def worded(message: Message) -> Markup:
        return Markup(html(message, language))  # noqa: S704 - it escapes every line

    names = [translated(language, name) for name in ("check", "points", "result")]
    points = entry.score.points
    return filled_alone(
        TEMPLATE,
        letter=letter(entry.report, language, entry.score),
        tag=TAGS[language],
        entry=entry,
        share=None if points is None else float(points),
        points=None if points is None else plain_number(points),
        worded=worded,
        names=names,
        printed=translated(language, "What your code printed:"),
    )
