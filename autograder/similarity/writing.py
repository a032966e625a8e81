"""Writes what was found as pages: a ranking, and one page for each pair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.pages.rendering import assets, filled
from autograder.similarity.blocks import blocks, pieces
from autograder.similarity.documents import PASSAGE, Document
from autograder.similarity.ranking import Pair

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The pairs of one assignment, the most similar ones first.

    Attributes:
        assignment: its id.
        documents: what was handed in.
        known: the known solutions that it was compared with.
        pairs: those that are shown.
    """

    assignment: str
    documents: tuple[Document, ...]
    known: tuple[Document, ...]
    pairs: tuple[Pair, ...]

    def page(self, number: int) -> str:
        """The name of a pair's page."""
        return f"{self.assignment}-{number}.html"


def pages(rankings: Sequence[Ranking]) -> Iterator[tuple[str, str]]:
    """Names and texts of all files."""
    yield from assets().items()
    yield (
        "index.html",
        filled(TEMPLATES / "ranking.html", rankings=rankings, passage=PASSAGE),
    )
    for ranking in rankings:
        for number, pair in enumerate(ranking.pairs, 1):
            yield ranking.page(number), _pair_page(ranking, number, pair)


def _pair_page(ranking: Ranking, number: int, pair: Pair) -> str:
    found = blocks(pair.left, pair.right)
    left = pieces(pair.left, [(block.left, block.size) for block in found])
    right = pieces(pair.right, [(block.right, block.size) for block in found])
    return filled(
        TEMPLATES / "pair.html",
        ranking=ranking,
        number=number,
        pair=pair,
        sides=[
            ("left", "right", pair.left, pair.left_share, list(left)),
            ("right", "left", pair.right, pair.right_share, list(right)),
        ],
        n_blocks=len(found),
    )
