"""Compares what was handed in, assignment by assignment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.intake import Work
from autograder.similarity.documents import given_passages, handed_in, known_solutions
from autograder.similarity.ranking import rank
from autograder.similarity.writing import Ranking


def compare(
    works: Sequence[Work], known: Path | None, *, most: int
) -> Iterator[Ranking]:
    """The pairs of every assignment that share most.

    Args:
        works: what was handed in.
        known: a folder of known solutions.
        most: how many pairs of an assignment.
    """
    for assignment in dict.fromkeys(work.assignment.id for work in works):
        own = [work for work in works if work.assignment.id == assignment]
        given = given_passages(own[0].assignment)
        documents = handed_in(own, given)
        solutions = known_solutions(known, given) if known else ()
        yield Ranking(
            assignment=assignment,
            documents=documents,
            known=solutions,
            pairs=rank(documents, solutions, most=most),
        )
