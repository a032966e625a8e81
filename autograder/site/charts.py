"""Draws what the class page shows: scores, checks and time."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from autograder.site.items import WEAK, Item
from autograder.site.scores import BINS, Distribution
from autograder.site.svg import BAR, INK, MARK, QUIET, SETTINGS, to_svg
from autograder.wording.language import say, translated

SIZE = (4.6, 2.7)
"""Inches: as wide as a phone, so that labels stay readable on one."""
MOST_NAMED = 3
"""Checks that have their number in the chart, of the hardest and of the weakest."""
TIMES = 12
"""Bars of the chart of times."""


def of_scores(scores: Distribution, language: str) -> Markup:
    """How many submissions have which share of the points."""
    with mpl.rc_context(SETTINGS):
        figure, axes = _axes()
        counts = scores.bins()
        places = [scores.most * (n + 0.5) / BINS for n in range(BINS)]
        bars = axes.bar(places, counts, width=scores.most / BINS * 0.9, color=BAR)
        axes.bar_label(bars, [str(n or "") for n in counts], color=QUIET, fontsize=8)
        if scores.quartiles:
            middle = float(scores.quartiles[1])
            axes.axvline(middle, color=MARK, linewidth=1.5, linestyle=(0, (4, 2)))
            axes.annotate(
                "median",
                (middle, 1),
                xycoords=("data", "axes fraction"),
                xytext=(-4 if middle > scores.most / 2 else 4, -2),
                textcoords="offset points",
                ha="right" if middle > scores.most / 2 else "left",
                va="bottom",
                color=MARK,
            )
        axes.set(xlim=(0, scores.most or 1), xlabel="points", ylabel="submissions")
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        said = "Scores: submissions in each tenth of the points: {counts}"
        label = say(language, said, counts=", ".join(map(str, counts)))
        return to_svg(figure, label, _words(language))


def of_items(items: Sequence[Item], language: str) -> Markup | None:
    """Pass rate and discrimination of each check, by its number in the table."""
    known = [
        (number, item.rate or 0.0, item.discrimination)
        for number, item in enumerate(items, 1)
        if item.discrimination is not None
    ]
    if not known:
        return None
    named = _outermost(known)
    with mpl.rc_context(SETTINGS):
        figure, axes = _axes()
        axes.axhline(WEAK, color=QUIET, linewidth=1, linestyle=(0, (4, 2)))
        axes.axhline(0, color=QUIET, linewidth=1)
        for number, rate, value in known:
            color = BAR if value >= WEAK else MARK
            axes.scatter([rate], [value], s=28, color=color, linewidths=0)
            if number in named:
                axes.annotate(
                    str(number),
                    (rate, value),
                    xytext=(4, 3),
                    textcoords="offset points",
                    fontsize=8,
                    color=INK,
                )
        lowest = min(0.0, *(value for _, _, value in known))
        axes.set(xlim=(-0.03, 1.06), ylim=(lowest - 0.1, 1.0))
        axes.set(xlabel="pass rate", ylabel="discrimination")
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        said = "Checks by pass rate and discrimination, as in the table"
        return to_svg(figure, translated(language, said), _words(language))


def _outermost(known: Sequence[tuple[int, float, float]]) -> set[int]:
    """The numbers of the checks that a person looks for; all would hide each other."""
    by_rate = sorted(known, key=lambda one: one[1])
    by_value = sorted(known, key=lambda one: one[2])
    return {number for number, _, _ in (*by_rate[:MOST_NAMED], *by_value[:MOST_NAMED])}


def of_times(seconds: Sequence[float], language: str) -> Markup:
    """How long submissions took."""
    with mpl.rc_context(SETTINGS):
        figure, axes = _axes()
        longest = max(1, ceil(max(seconds, default=0.0)))
        edges = [longest * n / TIMES for n in range(TIMES + 1)]
        axes.hist(seconds, bins=edges, color=BAR, rwidth=0.9)
        axes.set(xlim=(0, longest), xlabel="seconds", ylabel="submissions")
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        said = "Times: up to {longest} seconds a submission"
        label = say(language, said, longest=longest)
        return to_svg(figure, label, _words(language))


def _axes() -> tuple[Figure, Axes]:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    axes.tick_params(length=0)
    return figure, axes


def _words(language: str) -> dict[str, str]:
    """What the page shows for what is drawn in English, whose letters there are."""
    return {
        word: translated(language, word)
        for word in (
            "median",
            "points",
            "submissions",
            "pass rate",
            "discrimination",
            "seconds",
        )
    }
