"""Makes the message for a check from what ended it."""

from __future__ import annotations

import builtins
import re
import traceback
from dataclasses import replace
from pathlib import Path

from autograder.catalog import Assignment
from autograder.kit.failures import (
    CheckFailed,
    Frame,
    Sentence,
    SubmissionForbidden,
    SubmissionLost,
    SubmissionRaised,
)
from autograder.locating import place
from autograder.message import Message
from autograder.model import Check, Verdict, Visibility
from autograder.policy import Violation

CHOSEN = {"status": "…", "number": "…"}
"""Instead of numbers in the reason of an end that student code chooses freely."""
NOT_INPUTS = ("#", "submission=", "probes=", "reference=", "tokenizer_folder=")
WRONG_CALL = re.compile(
    r"unexpected keyword argument|required positional|required keyword-only"
    r"|takes .* positional argument|takes no arguments"
)
"""How Python words a call that does not fit a signature."""
MOST_FRAMES = 3


def explain(
    verdict: Verdict,
    error: BaseException,
    check: Check,
    *,
    assignment: Assignment,
    folder: Path | None,
) -> Message:
    """What the student should know of `error`.

    Args:
        verdict: what the grader concluded.
        error: what ended the check.
        check: the check that it ended.
        assignment: whose check it is.
        folder: where the submission's own files lie, to name lines in them.
    """
    if verdict is Verdict.NOT_ATTEMPTED:
        return Message(headline=Sentence("not attempted yet"), part=check.part)
    if verdict is Verdict.GRADER_ERROR:
        return our_fault(_last_line(error))
    if isinstance(error, SubmissionForbidden):
        return Message(headline=_reached(error, check, assignment, folder))
    if check.visibility is Visibility.HIDDEN:
        return replace(_secret(error, check, assignment, folder), lesson=check.lesson)
    return replace(
        _explain(error, check, assignment, folder),
        inputs=smallest_input(error, check),
        lesson=check.lesson,
        again=f"pytest assignments/{assignment.id} -k {check.short_name}",
    )


def our_fault(text: str) -> Message:
    """What is said where nothing was graded: it is never the student's fault."""
    said = "this is not your code's fault: the grader failed and nothing was graded"
    return Message(headline=Sentence(said), says=(text,))


def _reached(
    error: SubmissionForbidden,
    check: Check,
    assignment: Assignment,
    folder: Path | None,
) -> Sentence:
    """What a part reached for, where the worker names a name and a line that exist."""
    forbidden = (*assignment.forbidden, *assignment.forbidden_names)
    known_lines = _lines_of(folder / f"{check.part}.py") if folder else ()
    found = Violation(
        name=error.name if error.name in forbidden else "…",
        line=int(error.line) if error.line in known_lines else 0,
        deed=error.deed,
    )
    return found.said_of(check.part)


def _explain(
    error: BaseException, check: Check, assignment: Assignment, folder: Path | None
) -> Message:
    match error:
        case CheckFailed():
            return Message(
                headline=Sentence(error.difference.kind),
                part=check.part,
                where=_where(check, assignment, folder),
                difference=error.difference,
            )
        case SubmissionLost():
            return Message(headline=error.reason, part=check.part)
        case AssertionError() if not isinstance(error, SubmissionRaised):
            says = tuple(str(error).splitlines()[:MOST_FRAMES])
            return Message(headline=Sentence("wrong"), part=check.part, says=says)
    raised = describe_exception(error, folder)
    frames = tuple(reversed(raised.frames[-MOST_FRAMES:]))
    where = f"{assignment.id}/{frames[0].file}:{frames[0].line}" if frames else ""
    return Message(
        headline=_headline(raised, raised.class_name),
        part=check.part,
        where=where,
        says=tuple(raised.message.splitlines()[:1]),
        frames=tuple(replace(frame, file=Path(frame.file).name) for frame in frames),
    )


def _secret(
    error: BaseException, check: Check, assignment: Assignment, folder: Path | None
) -> Message:
    """What may be told of a hidden check: the kind of failure, and a line of the part.

    An exception came from the worker, which knows the hidden input; so of it only a
    built-in class is told, and a line that the part really has.
    """
    match error:
        case CheckFailed():
            return Message(headline=Sentence(error.difference.kind), part=check.part)
        case SubmissionLost():
            reason = Sentence(error.reason.template, error.reason.values | CHOSEN)
            return Message(headline=reason, part=check.part)
        case AssertionError() if not isinstance(error, SubmissionRaised):
            return Message(headline=Sentence("wrong"), part=check.part)
    raised = describe_exception(error, folder)
    known = vars(builtins).get(raised.class_name)
    is_builtin = isinstance(known, type) and issubclass(known, BaseException)
    file = f"{check.part}.py"
    own = [frame.line for frame in raised.frames if Path(frame.file).name == file][-1:]
    known_lines = _lines_of(folder / file) if own and folder else range(0)
    return Message(
        headline=_headline(raised, raised.class_name if is_builtin else ""),
        part=check.part,
        where=f"{assignment.id}/{file}:{own[0]}"
        if own and own[0] in known_lines
        else "",
    )


def _headline(raised: SubmissionRaised, name: str) -> Sentence:
    """What was raised; without a name where that may not be told."""
    if raised.class_name == "TypeError" and not raised.bases:
        return Sentence("an answer that no check can take")
    if not raised.frames and raised.class_name == "AttributeError":
        return Sentence("a name is missing")
    if not raised.frames and WRONG_CALL.search(raised.message):
        return Sentence("wrong signature")
    at_import = bool(raised.frames) and raised.frames[0].function == "<module>"
    if not name:
        return Sentence(
            "your code raised an exception of its own while it was imported"
            if at_import
            else "your code raised an exception of its own"
        )
    if at_import:
        return Sentence("your code raised {name} while it was imported", {"name": name})
    return Sentence("your code raised {name}", {"name": name})


def _where(check: Check, assignment: Assignment, folder: Path | None) -> str:
    if folder is None:
        return ""
    file = f"{check.part}.py"
    for check_file in assignment.check_files([check.part]):
        line = place(folder / file, check_file, check.name)
        if line is not None:
            return f"{assignment.id}/{file}:{line}"
    return ""


def _lines_of(file: Path) -> range:
    """The numbers of the lines of `file`."""
    n_lines = len(file.read_bytes().splitlines()) if file.is_file() else 0
    return range(1, n_lines + 1)


def describe_exception(error: BaseException, folder: Path | None) -> SubmissionRaised:
    """`error` as it would have come over the border, whether or not it did."""
    if isinstance(error, SubmissionRaised):
        return error
    frames = tuple(
        Frame(
            file=Path(entry.filename).relative_to(folder).as_posix(),
            line=entry.lineno or 0,
            function=entry.name,
        )
        for entry in traceback.extract_tb(error.__traceback__)
        if folder is not None and _is_theirs(Path(entry.filename), folder)
    )
    bases = tuple(c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins")
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - student code computes it
        text = "(its text cannot be shown)"
    return SubmissionRaised(type(error).__name__, text, bases=bases, frames=frames)


def _is_theirs(file: Path, folder: Path) -> bool:
    return file.is_relative_to(folder) and not file.name.startswith("test_")


def smallest_input(error: BaseException, check: Check) -> tuple[str, ...]:
    """The arguments that Hypothesis shrank to, from the note it leaves."""
    for note in getattr(error, "__notes__", ()):
        first, *arguments = note.splitlines()
        if first.endswith(f" {check.name}("):
            return tuple(
                line.strip().removesuffix(",")
                for line in arguments[:-1]
                if not line.strip().startswith(NOT_INPUTS)
            )
    return ()


def _last_line(error: BaseException) -> str:
    text = str(error).splitlines()
    return f"{type(error).__name__}: {text[0] if text else ''}"
