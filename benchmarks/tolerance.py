"""Measures how far the comparison rule keeps right and wrong implementations apart.

    python benchmarks/tolerance.py [--right N] [--wrong N] [--device cuda]

Prints, for each part, the largest error of each right implementation in N drawn cases,
and of each mistake in N drawn cases and in the informative ones.  The unit is what is
allowed: the rule accepts up to 1.  Nothing here passes or fails.  With a device the
implementations compute there, and what is allowed is the same.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch

from autograder.accelerator import CPU, DEVICES, order, require
from autograder.worker.placement import open_device
from autograder.worker.wire import mapped

# The implementations are the tests' own, whose path mypy does not know.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from tolerance.cases import make  # type: ignore[import-not-found]
from tolerance.drawn import INFORMATIVE, PARTS, draw  # type: ignore[import-not-found]
from tolerance.right import RIGHT  # type: ignore[import-not-found]
from tolerance.wrong import WRONG, implementation  # type: ignore[import-not-found]


def main() -> None:
    """Measures each part."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--right", type=int, default=2500, metavar="N")
    parser.add_argument("--wrong", type=int, default=30, metavar="N")
    parser.add_argument("--device", choices=DEVICES, default=CPU, metavar="WHERE")
    arguments = parser.parse_args()
    require(arguments.device)
    torch.set_num_threads(1)
    open_device(**order(arguments.device))
    for part in PARTS:
        _measure(part, arguments.right, arguments.wrong, arguments.device)


def _measure(part: str, n_right: int, n_wrong: int, device: str) -> None:
    # One at a time: together they would take much memory.
    right = dict.fromkeys((f.__name__ for f in RIGHT[part]), 0.0)
    for drawn in draw(part, n_right):
        case = make(part, drawn)
        for function in RIGHT[part]:
            name = function.__name__
            right[name] = max(right[name], case.used(_on(device, function)))
    cases = [make(part, drawn) for drawn in draw(part, n_wrong)]
    told = [make(part, drawn) for drawn in INFORMATIVE[part]]
    wrong = {
        mistake.name: (
            _largest(_on(device, implementation(mistake)), cases),
            _largest(_on(device, implementation(mistake)), told),
        )
        for mistake in WRONG
        if mistake.part == part
    }
    _say(part, right, wrong)


def _on(device: str, function: Any) -> Any:
    """`function` with its arguments moved to a device and its answer back."""

    def there(*arguments: Any, **options: Any) -> Any:
        given, named = _moved(device, [arguments, options])
        return _moved(CPU, function(*given, **named))

    return there


def _moved(device: str, value: Any) -> Any:
    return mapped(
        value, lambda each: each.to(device) if isinstance(each, torch.Tensor) else each
    )


def _largest(function: Any, cases: Iterable[Any]) -> float:
    return max(float(case.used(function)) for case in cases)


def _say(
    part: str, right: dict[str, float], wrong: dict[str, tuple[float, float]]
) -> None:
    _print(f"\n{part}: right at most {max(right.values()):.3g},", end=" ")
    _print(f"wrong at least {min(map(max, wrong.values())):.3g}")
    for name, used in sorted(right.items(), key=lambda item: item[1]):
        _print(f"  right  {used:9.3g}             {name}")
    for name, (drawn, told) in sorted(wrong.items(), key=lambda item: max(item[1])):
        _print(f"  wrong  {drawn:9.3g} {told:9.3g}   {name}")


def _print(line: str, end: str = "\n") -> None:
    print(line, end=end, flush=True)


if __name__ == "__main__":
    main()
