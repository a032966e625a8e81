"""Words what a check came to, for a student to read in at most ten lines."""

from __future__ import annotations

import builtins
import re
import traceback
from pathlib import Path

from autograder.kit.failures import (
    CheckFailed,
    Frame,
    SubmissionLost,
    SubmissionRaised,
)
from autograder.model import Check, Verdict, Visibility

MOST_LINES = 10
LONGEST_LINE = 200
CHOSEN = re.compile(r"(exit status|signal) \d+")
"""Numbers in the reason of an end that student code chooses freely."""
NOT_INPUTS = ("#", "submission=", "probes=", "reference=")


def explain(
    verdict: Verdict, error: BaseException, check: Check, *, folder: Path | None
) -> str:
    """What the student should know of `error`, as plain text.

    Args:
        verdict: what the grader concluded.
        error: what ended the check.
        check: the check that it ended.
        folder: where the submission's own files lie, to name lines in them.
    """
    if verdict is Verdict.NOT_ATTEMPTED:
        return f"{check.part}: not attempted yet"
    if verdict is Verdict.GRADER_ERROR:
        return (
            "this is not your code's fault: the grader failed and nothing was graded\n"
            + _one_line(_last_line(error))
        )
    lines = _explain(error, check, folder)
    lines.append(f"the check says: {check.lesson}")
    return "\n".join(map(_one_line, lines[:MOST_LINES]))


def _one_line(text: str) -> str:
    """`text` without what could move a cursor or begin another line."""
    shown = text[:LONGEST_LINE]
    return "".join(c if c.isprintable() else "\ufffd" for c in shown)


def _explain(error: BaseException, check: Check, folder: Path | None) -> list[str]:
    shown = check.visibility is Visibility.PUBLIC
    match error:
        case CheckFailed():
            return _wrong_answer(error, check, shown=shown)
        case SubmissionLost():
            verb = "no answer" if error.timed_out else "the process ended"
            reason = error.reason if shown else CHOSEN.sub(r"some \1", error.reason)
            return [f"{check.part}: {verb}: {reason}"]
        case AssertionError():
            text = str(error).splitlines()[:3] if shown else []
            return [f"{check.part}: wrong", *(f"  {line}" for line in text)]
        case _:
            return _raised(error, check, folder, shown=shown)


def _wrong_answer(error: CheckFailed, check: Check, *, shown: bool) -> list[str]:
    if not shown:
        return [f"{check.part}: {error.kind}"]
    lines = [
        f"{check.part}: {error.kind}",
        f"  {error.what}   expected {error.expected}   got {error.got}",
    ]
    if error.detail:
        lines += [f"  {line}" for line in error.detail.splitlines()]
    return lines + smallest_input(error, check)


def _raised(
    error: BaseException, check: Check, folder: Path | None, *, shown: bool
) -> list[str]:
    raised = describe_exception(error, folder)
    if not shown:
        return _raised_in_secret(raised, check, folder)
    lines = [f"{check.part}: your code raised {raised.class_name}"]
    if raised.message:
        lines.append(f"  {raised.message.splitlines()[0]}")
    lines += [
        f"  {Path(frame.file).name}:{frame.line} in {frame.function}"
        for frame in reversed(raised.frames[-3:])
    ]
    return lines + smallest_input(error, check)


def _raised_in_secret(
    raised: SubmissionRaised, check: Check, folder: Path | None
) -> list[str]:
    """What may be told of a hidden check: a built-in class, and the part's own line.

    All of it came from the worker, which knows the hidden input; so a line that the
    part does not have is not told.
    """
    known = vars(builtins).get(raised.class_name)
    is_builtin = isinstance(known, type) and issubclass(known, BaseException)
    name = raised.class_name if is_builtin else "an exception of its own"
    lines = [f"{check.part}: your code raised {name}"]
    file = f"{check.part}.py"
    own = [frame.line for frame in raised.frames if frame.file == file][-1:]
    known_lines = _lines_of(folder / file) if own and folder else range(0)
    return lines + [f"  {file}:{line}" for line in own if line in known_lines]


def _lines_of(file: Path) -> range:
    """The numbers of the lines of `file`."""
    n_lines = len(file.read_bytes().splitlines()) if file.is_file() else 0
    return range(1, n_lines + 1)


def describe_exception(error: BaseException, folder: Path | None) -> SubmissionRaised:
    """`error` as it would have come over the border, whether or not it did."""
    if isinstance(error, SubmissionRaised):
        return error
    frames = tuple(
        Frame(file=entry.filename, line=entry.lineno or 0, function=entry.name)
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


def smallest_input(error: BaseException, check: Check) -> list[str]:
    """The arguments that Hypothesis shrank to, from the note it leaves."""
    for note in getattr(error, "__notes__", ()):
        first, *arguments = note.splitlines()
        if first.endswith(f" {check.name}("):
            shown = [
                line.strip().removesuffix(",")
                for line in arguments[:-1]
                if not line.strip().startswith(NOT_INPUTS)
            ]
            return [f"  smallest failing input   {', '.join(shown)}"]
    return []


def _last_line(error: BaseException) -> str:
    text = str(error).splitlines()
    return f"{type(error).__name__}: {text[0] if text else ''}"
