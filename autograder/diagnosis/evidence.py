"""Collects what a submission answers to fresh inputs of a check."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import Any

from autograder.catalog import Assignment
from autograder.diagnosis.agreement import differ
from autograder.diagnosis.replay import Code, Unknown, contained
from autograder.drawing import set_seed
from autograder.kit.failures import SubmissionRaised
from autograder.model import Check
from autograder.run import CheckFunction, reference_of
from autograder.submission import Opened
from autograder.submission.transcript import Exchange, Transcript
from autograder.worker.wire import Handle, encode, mapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a submission answered, and where the reference answers otherwise.

    Attributes:
        exchanges: the requests, each with the outcome that the submission gave it.
        telling: digests of the inputs whose outcome differs from the reference's.
    """

    exchanges: tuple[tuple[Exchange, Any], ...]
    telling: frozenset[bytes]


def weigh(transcript: Transcript, reference: Code) -> Evidence:
    """The evidence that a transcript is: none, if its beginning is forgotten."""
    if not transcript.is_complete:
        return Evidence(exchanges=(), telling=frozenset())
    exchanges = tuple((exchange, exchange.outcome) for exchange in transcript)
    telling = set()
    with contained():
        for (exchange, got), digest, expected in zip(
            exchanges, _digests(exchanges), reference.outcomes(exchanges), strict=True
        ):
            known = exchange.is_answer and not isinstance(expected, Unknown)
            if known and differ(got, expected):
                telling.add(digest)
    return Evidence(exchanges=exchanges, telling=frozenset(telling))


def _digests(exchanges: tuple[tuple[Exchange, Any], ...]) -> Iterator[bytes]:
    """For each request what names its input, whichever object it goes to."""
    made: dict[Handle, str] = {}
    for exchange, outcome in exchanges:
        what = mapped(exchange.what, lambda v: made.get(v) if type(v) is Handle else v)
        pieces = encode([exchange.op, sorted(what.items())])
        digest = sha256(b"".join(pieces))

        def note(item: Any, name: str = digest.hexdigest()) -> Any:
            if type(item) is Handle:
                made[item] = name
            return item

        mapped(outcome, note)
        yield digest.digest()


def run_again(
    functions: list[CheckFunction],
    opened: Opened,
    assignment: Assignment,
    check: Check,
    seed: int,
) -> None:
    """Runs a check once more on a part just opened, with draws of its own.

    No failure ends it: every example is run, and what it asks is in the transcript.
    """
    for each in functions:
        wanted = inspect.signature(each.function).parameters
        fixtures = {"submission": opened.module, "probes": opened.probes}
        if "reference" in wanted:
            fixtures["reference"] = reference_of(assignment, check.part)
        known = each.parameters | fixtures
        arguments = {name: known[name] for name in wanted}
        with _tolerant(each.function, seed) as function:
            function(**arguments)


@contextmanager
def _tolerant(function: Callable[..., Any], seed: int) -> Iterator[Callable[..., Any]]:
    """Yields `function` with draws from `seed` and without an end in a failure.

    A check's module outlives a submission, so what is changed is changed back; its
    seed is set anew whenever it is collected.
    """
    handle = getattr(function, "hypothesis", None)
    if handle is None:
        yield _forgiving(function)
        return
    inner = handle.inner_test
    set_seed(function, seed)
    handle.inner_test = _forgiving(inner)
    try:
        yield function
    finally:
        handle.inner_test = inner


def _forgiving(test: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        with suppress(AssertionError, SubmissionRaised):
            test(*args, **kwargs)

    return run
