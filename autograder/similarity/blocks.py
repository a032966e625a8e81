"""Finds the blocks that two documents have in common, to show them side by side."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from autograder.similarity.documents import PASSAGE, Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A run of equal tokens: where it lies, in tokens, and how long it is."""

    left: int
    right: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a source; `block` is the number of its block, 0 outside of any."""

    text: str
    block: int


def blocks(left: Document, right: Document) -> tuple[Block, ...]:
    """Blocks in the order of the left document, none of them within another.

    From every token on, the longest block counts that is in none yet.
    """
    starts = {at: text for text, places in left.passages.items() for at in places}
    found: list[Block] = []
    used: set[int] = set()
    after = 0
    for start in sorted(starts):
        if start < after:
            continue
        places = right.passages.get(starts[start], ())
        sizes = [(_size(left, right, start, at, used), -at) for at in places]
        size, at = max(sizes, default=(0, 0))
        if size >= PASSAGE:
            found.append(Block(left=start, right=-at, size=size))
            used.update(range(-at, -at + size))
            after = start + size
    return tuple(found)


def pieces(document: Document, spans: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    """The whole source, in pieces.

    Args:
        document: whose source.
        spans: of each block the first token, and how many there are.
    """
    end = 0
    numbered = sorted((start, size, n) for n, (start, size) in enumerate(spans, 1))
    for start, size, number in numbered:
        first = document.tokens[start].start
        last = document.tokens[start + size - 1].end
        yield Piece(text=document.source[end:first], block=0)
        yield Piece(text=document.source[first:last], block=number)
        end = last
    yield Piece(text=document.source[end:], block=0)


def _size(
    left: Document, right: Document, start: int, at: int, used: Container[int]
) -> int:
    """How many tokens are the same from there on, and in no block yet."""
    size = 0
    pairs = zip(left.tokens[start:], right.tokens[at:], strict=False)
    for one, other in pairs:
        if one.kind != other.kind or at + size in used:
            break
        size += 1
    return size
