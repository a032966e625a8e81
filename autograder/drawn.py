"""Asks a submission what the one before was asked, without drawing it again.

The seed of a check is the same for every submission of a release, so a property that
passes has drawn the same inputs every time.  Drawing them costs more than asking; so
they are kept from the first submission that passes, and Hypothesis works again only
where an input fails, to find the smallest that does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

Arguments = dict[str, Any]
Drawn = list[Arguments]

# By the property as its file defines it, then by its case and its seed.
_drawn: WeakKeyDictionary[Callable[..., None], dict[tuple[str, int], Drawn]]
_drawn = WeakKeyDictionary()


def asked_again(
    function: Callable[..., None], case: str, seed: int, most: int | None = None
) -> Callable[..., None]:
    """A Hypothesis property that asks the inputs of its last pass before it draws any.

    Args:
        function: the property.
        case: tells the cases of a parametrized one apart.
        seed: of its draws.
        most: how many of the inputs to ask, the examples that it names first; one
            that fails is then not made smaller.
    """
    known = _drawn.setdefault(function, {})

    @wraps(function)
    def run(**fixtures: Any) -> None:
        drawn = known.get((case, seed))
        if drawn is None:
            with _recorded(function, fixtures) as drawn:
                function(**fixtures)
            if all(_is_plain(arguments) for arguments in drawn):
                known[case, seed] = drawn
            return
        from hypothesis.errors import HypothesisException  # noqa: PLC0415 - 0.2 s

        inner = function.hypothesis.inner_test  # type: ignore[attr-defined] # what `given` adds
        try:
            for arguments in drawn[:most]:
                inner(**fixtures, **deepcopy(arguments))
        except HypothesisException:  # the test itself asks something of Hypothesis
            function(**fixtures)
        except Exception:
            if most is None:
                function(**fixtures)
            raise  # it passed on being asked again: now so, now so is no pass

    return run


@contextmanager
def _recorded(function: Any, fixtures: Arguments) -> Iterator[Drawn]:
    """Yields the list of what `function` draws and its test accepts meanwhile."""
    drawn: Drawn = []
    inner = function.hypothesis.inner_test

    @wraps(inner)
    def note(**arguments: Any) -> None:
        own = {name: arguments[name] for name in arguments.keys() - fixtures.keys()}
        copies = deepcopy(own)
        inner(**arguments)
        drawn.append(copies)

    function.hypothesis.inner_test = note
    try:
        yield drawn
    finally:
        function.hypothesis.inner_test = inner


def _is_plain(arguments: Arguments) -> bool:
    """Whether an input is more than a way to draw in the middle of a test."""
    return not any(
        type(value).__module__.startswith("hypothesis") for value in arguments.values()
    )
