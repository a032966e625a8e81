"""Tells by which places along an axis wrong values are told from right ones."""

from __future__ import annotations

import torch

from autograder.kit.failures import Places

MOST_AXES = 2


def differing_places(
    wrong: torch.Tensor,
    axes: tuple[str, ...],
    counted: torch.Tensor | None = None,
) -> tuple[Places, ...]:
    """The axes with right and with wrong places, those that separate best first.

    An axis separates the better the fewer of its places are wrong.  The last axis is
    what a place is made of, and is never told.

    Args:
        wrong: which values are wrong, boolean.
        axes: names of its axes; without as many names nothing is told.
        counted: which values were compared; a place without any is not told.
    """
    if len(axes) != wrong.ndim:
        return ()
    told = []
    for axis, name in enumerate(axes[:-1]):
        is_wrong = _any_along(wrong, axis)
        is_right = ~is_wrong
        if counted is not None:
            is_right &= _any_along(counted, axis)
        places = Places(axis=name, right=_indices(is_right), wrong=_indices(is_wrong))
        if places.right and places.wrong:
            share = len(places.wrong) / (len(places.wrong) + len(places.right))
            told.append((share, axis, places))
    told.sort(key=lambda item: item[:2])
    return tuple(places for _, _, places in told[:MOST_AXES])


def _any_along(mask: torch.Tensor, axis: int) -> torch.Tensor:
    return mask.movedim(axis, 0).flatten(1).any(1)


def _indices(of_place: torch.Tensor) -> tuple[int, ...]:
    return tuple(of_place.nonzero().flatten().tolist())
