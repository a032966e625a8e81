"""Reads Python as tokens that renaming, comments and layout do not change.

The lexer takes any text: what is no Python has tokens, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pygments.lexers import PythonLexer
from pygments.token import Comment, Name, Number, String, Text, Whitespace


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a program, without the name, number or text that it happens to be.

    Attributes:
        start: its first character in the source.
        end: the one after its last.
        kind: `n` for a name, `0` for a number, `s` for a string; else the word.
    """

    start: int
    end: int
    kind: str


def tokens(source: str) -> tuple[Token, ...]:
    """The tokens of `source`; comments, docstrings and blanks are left out."""
    return tuple(_joined(source))


def _joined(source: str) -> Iterator[Token]:
    """Tokens, those of one string literal as one."""
    string: Token | None = None
    for token in _words(source):
        if token.kind == "s":
            start = token.start if string is None else string.start
            string = Token(start, token.end, "s")
            continue
        if string is not None:
            yield string
            string = None
        yield token
    if string is not None:
        yield string


def _words(source: str) -> Iterator[Token]:
    for start, kind, text in _lexer().get_tokens_unprocessed(source):
        if kind in Comment or kind in String.Doc:
            continue
        if kind in Text or kind in Whitespace or not text.strip():
            continue
        word = text
        if kind in Name:
            word = "n"
        elif kind in Number:
            word = "0"
        elif kind in String:
            word = "s"
        yield Token(start, start + len(text), word)


@cache
def _lexer() -> PythonLexer:
    return PythonLexer()
