"""Words a message in at most ten lines of plain text, for a terminal or a text file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from autograder.kit.failures import Difference, Places
from autograder.message import Message
from autograder.table import width
from autograder.wording.language import choose, say, say_sentence, translated
from autograder.wording.values import say_value

MOST_LINES = 10
LONGEST_LINE = 200
LABEL = 23
"""Cells of the first column, in which a line says what it is about."""
LINE = 88
"""Cells up to which the place in the student's file stands to the right."""
MOST_PLACES = 8
LINE_ENDS = str.maketrans("", "", "\n\t")


@dataclass(frozen=True, slots=True)
class Row:
    """One line below the headline.

    Attributes:
        text: what it says.
        label: what it is about; empty where it goes on with the row above, None where
            it speaks for itself.
    """

    text: str
    label: str | None = None


def lines(message: Message, language: str = "en") -> list[str]:
    """The message as text: hostile characters are replaced, long lines cut.

    Where ten lines are not enough, whole values and what an exception passed give
    way.  Hints that a student asked for come on top.
    """
    said = headline(message, language)
    if message.where:
        gap = max(2, LINE - width(said) - width(message.where))
        said += " " * gap + message.where
    below = rows(message, language)
    return [printable(line) for line in (said, *map(_aligned, below))]


def rows(message: Message, language: str = "en") -> list[Row]:
    """What `lines` says below the headline, as it comes from the message."""
    before = [
        *_inputs(message, language),
        *_difference(message.difference, language),
    ]
    after = [
        *_cause(message, language),
        *_lesson(message, language),
        *_again(message, language),
    ]
    room = MOST_LINES - 1 - len(before) - len(after)
    in_full = list(_in_full(message.difference, language))
    between = list(_raised(message))[: max(room, 1)]
    if len(in_full) <= room and not between:
        between = in_full
    hints = [Row(choose(language, hint)) for hint in message.hints]
    return [*before, *between, *after, *hints]


def headline(message: Message, language: str = "en") -> str:
    """What happened, and to which part."""
    said = say_sentence(language, message.headline)
    return f"{message.part}: {said}" if message.part else said


def text(message: Message, language: str = "en") -> str:
    """The message's lines as one text."""
    return "\n".join(lines(message, language))


def printable(line: str) -> str:
    """`line` without what could move a cursor or begin another line, and cut."""
    shown = line[: LONGEST_LINE - 1] + "…" if len(line) > LONGEST_LINE else line
    if shown.isprintable():  # nearly always, and this is asked very often
        return shown
    return "".join(c if c.isprintable() else "\ufffd" for c in shown)


def printable_block(code: str) -> str:
    """`code` without what could move a cursor or turn text; its lines stay."""
    if code.translate(LINE_ENDS).isprintable():
        return code
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in code)


def counts(difference: Difference, language: str) -> str:
    """How many values differ, by how much, and where; empty where that is no help."""
    said = []
    if difference.n_wrong is not None:
        said.append(
            say(
                language,
                "{wrong} of {all} values differ",
                wrong=difference.n_wrong,
                all=difference.n_values,
            )
        )
    if difference.largest_error is not None:
        said.append(
            say(
                language,
                "largest error {error}, allowed {allowed}",
                error=f"{difference.largest_error:.2g}",
                allowed=f"{difference.allowed:.2g}",
            )
        )
    said += [_places(places, language) for places in difference.places]
    return translated(language, "; ").join(said)


def _aligned(row: Row) -> str:
    if row.label is None:
        return f"  {row.text}"
    return f"  {row.label}{' ' * max(0, LABEL - width(row.label))}  {row.text}".rstrip()


def _labelled(label: str, *texts: str) -> Iterator[Row]:
    for each, shown in zip_longest([label], texts, fillvalue=""):
        yield Row(shown, each)


def _inputs(message: Message, language: str) -> Iterable[Row]:
    if not message.inputs:
        return ()
    label = translated(language, "smallest failing input")
    return _labelled(label, ", ".join(message.inputs))


def _difference(difference: Difference | None, language: str) -> Iterator[Row]:
    if difference is None:
        return
    values = say(
        language,
        "expected {expected}   got {got}",
        expected=say_value(language, difference.expected),
        got=say_value(language, difference.got),
    )
    yield from _labelled(difference.what, values)
    if said := counts(difference, language):
        yield Row(said)
    if difference.remark is not None:
        yield Row(say_sentence(language, difference.remark))


def _in_full(difference: Difference | None, language: str) -> Iterator[Row]:
    if difference is not None and difference.in_full is not None:
        expected, got = difference.in_full
        yield from _labelled(translated(language, "expected in full"), expected)
        yield from _labelled(translated(language, "got in full"), got)


def _raised(message: Message) -> Iterator[Row]:
    yield from map(Row, message.says)
    for frame in message.frames:
        yield Row(f"{frame.file}:{frame.line} in {frame.function}")


def _cause(message: Message, language: str) -> Iterator[Row]:
    label = translated(language, "likely cause")
    cause = message.cause
    if cause is not None:
        hint = cause.hint_zh if language == "zh" else cause.hint
        evidence = say(
            language,
            "(your answers equal that mistake's on {agreed} of {of} other inputs)",
            agreed=cause.agreed,
            of=cause.of,
        )
        yield from _labelled(label, hint, evidence)
    elif message.searched:
        none = translated(language, "none of the known mistakes matches")
        yield from _labelled(label, none)


def _lesson(message: Message, language: str) -> Iterable[Row]:
    if message.lesson is None:
        return ()
    label = translated(language, "the check says")
    return _labelled(label, choose(language, message.lesson))


def _again(message: Message, language: str) -> Iterable[Row]:
    if not message.again:
        return ()
    return _labelled(translated(language, "run again"), message.again)


def _places(places: Places, language: str) -> str:
    axis = translated(language, places.axis)
    return say(
        language,
        "{axis} {right} right, {wrong} wrong",
        axis=axis,
        right=_numbers(places.right),
        wrong=_numbers(places.wrong),
    )


def _numbers(numbers: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, numbers[:MOST_PLACES]))
    return f"{shown}, …" if len(numbers) > MOST_PLACES else shown
