"""Ranks pairs of documents by what they share of each other.

A passage counts the less the more submissions have it: what half of a class writes is
how one writes it.  A share is what is common of all that a document has, by weight;
identical documents share 100 %.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from autograder.similarity.documents import Document

FEWEST = 6
"""Passages from which a pair is worth a look: about 20 tokens in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two documents, one with the larger share on the left, or a known one right.

    Attributes:
        left: one of them.
        right: the other one.
        left_share: how much of the left one is in the right one, 0 to 1.
        right_share: how much of the right one is in the left one.
        shared: how many passages they have in common.
    """

    left: Document
    right: Document
    left_share: float
    right_share: float
    shared: int

    @property
    def share(self) -> float:
        """The larger share, by which pairs are ranked."""
        return max(self.left_share, self.right_share)


def rank(
    documents: Sequence[Document], known: Sequence[Document], *, most: int
) -> tuple[Pair, ...]:
    """The `most` pairs that share most; one of each is handed in, of two students."""
    everything = [*documents, *known]
    spread = Counter(text for one in documents for text in one.passages)
    occurs = Counter(text for one in everything for text in one.passages)
    common = sorted(text for text, count in occurs.items() if count > 1)
    weights = _weights(common, spread, len(documents))
    has = _table(everything, common)
    totals = [
        float(_weights(one.passages, spread, len(documents)).sum())
        for one in everything
    ]
    weighed = (has * weights) @ has.T
    counted = has @ has.T
    pairs = [
        _pair(
            (everything[i], float(weighed[i, j]) / totals[i]),
            (everything[j], float(weighed[i, j]) / totals[j]),
            int(counted[i, j]),
        )
        for i in range(len(documents))
        for j in range(i + 1, len(everything))
        if counted[i, j] >= FEWEST and everything[i].student != everything[j].student
    ]
    pairs.sort(key=lambda p: (-p.share, -p.shared, p.left.name, p.right.name))
    return tuple(pairs[:most])


def _pair(
    one: tuple[Document, float], other: tuple[Document, float], shared: int
) -> Pair:
    # Sums of floats may differ in their last digits with the machine's threads.
    (left, left_share), (right, right_share) = sorted(
        ((document, round(min(share, 1.0), 4)) for document, share in (one, other)),
        key=lambda side: (side[0].is_known, -side[1]),
    )
    return Pair(
        left=left,
        right=right,
        left_share=left_share,
        right_share=right_share,
        shared=shared,
    )


def _weights(
    texts: Iterable[str], spread: Counter[str], n_documents: int
) -> NDArray[np.float64]:
    return np.array([log((n_documents + 1) / max(spread[t], 1)) for t in texts])


def _table(documents: Sequence[Document], common: Sequence[str]) -> NDArray[np.float64]:
    """Which document has which passage, as 0 and 1."""
    places = {text: place for place, text in enumerate(common)}
    table = np.zeros((len(documents), len(common)))
    for row, one in enumerate(documents):
        table[row, [places[text] for text in one.passages if text in places]] = 1
    return table
