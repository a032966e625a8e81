"""Compares lists of token ids, and tells a difference by the tokens' text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.kit.failures import CheckFailed, Sentence
from autograder.kit.structure import LONGEST_TEXT, assert_type, describe

AROUND = 3
"""How many tokens on either side of a difference are shown."""


def assert_tokens(
    actual: Any,
    expected: list[int],
    what: str,
    decode: Callable[[list[int]], str],
) -> None:
    """Passes if `actual` is the list of ids `expected`.

    Args:
        actual: the submission's answer.
        expected: the oracle's ids.
        what: name of the value in the student's words, such as "input_ids[0]".
        decode: the text of ids, special tokens included.

    Raises:
        CheckFailed: at the first token that differs, is missing or is extra.
    """
    assert_type(actual, list, what)
    for index, token in enumerate(actual):
        assert_type(token, int, f"{what}[{index}]")
    for index, (one, other) in enumerate(zip(actual, expected, strict=False)):
        if one != other:
            raise CheckFailed(
                "wrong tokens",
                what=f"{what}[{index}]",
                expected=_token(other, decode),
                got=_token(one, decode),
                remark=_around(actual, expected, index, decode),
            )
    if len(actual) != len(expected):
        raise _wrong_length(actual, expected, what, decode)


def _wrong_length(
    actual: list[int],
    expected: list[int],
    what: str,
    decode: Callable[[list[int]], str],
) -> CheckFailed:
    index = min(len(actual), len(expected))
    if len(actual) < len(expected):
        template, token = "the first missing token is {token}", expected[index]
    else:
        template, token = "the first extra token is {token}", actual[index]
    return CheckFailed(
        "wrong length",
        what=what,
        expected=str(len(expected)),
        got=str(len(actual)),
        remark=Sentence(template, {"token": _token(token, decode)}),
    )


def _around(
    actual: list[int],
    expected: list[int],
    index: int,
    decode: Callable[[list[int]], str],
) -> Sentence:
    shown = slice(max(index - AROUND, 0), index + AROUND + 1)
    texts = {
        "expected": _text(expected[shown], decode),
        "got": _text(actual[shown], decode),
    }
    return Sentence("around it expected {expected}, got {got}", texts)


def _token(token: int, decode: Callable[[list[int]], str]) -> str:
    return f"{describe(token)} ({_text([token], decode)})"


def _text(ids: list[int], decode: Callable[[list[int]], str]) -> str:
    """The ids' text in quotes, short; an id that there is not has none."""
    try:
        text = repr(decode(ids))
    except Exception:  # noqa: BLE001 - a submission's ids may be any, and huge
        return "no token"
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
