"""Draws a batch that is being graded: what runs, what is done, and when it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from autograder.model import Report
from autograder.wording.lines import printable

Say = Callable[[str], None]
Running = Callable[[], Sequence[str] | None]


class Progress:
    """What is known of a batch from the reports that it gave so far.

    Graders take works in order, so the first ones that are not done are running, unless
    `running` knows better.
    """

    def __init__(
        self,
        names: Sequence[str],
        *,
        jobs: int,
        running: Running = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._left = dict.fromkeys(names)
        self._jobs = jobs
        self._asked = running
        self._clock = clock
        self._began = clock()
        self._since: dict[str, float] = {}
        self._running()
        self.total = len(names)
        self.done = 0
        self.failed = 0

    def finish(self, name: str, *, failed: bool) -> None:
        """Says that a work is done; its place is taken by the next one."""
        self._left.pop(name, None)
        self._since.pop(name, None)
        self.done += 1
        self.failed += failed
        self._running()

    @property
    def seconds_left(self) -> float | None:
        """Estimate from what is done; None where that says nothing yet."""
        if not self.done:
            return None
        pace = (self._clock() - self._began) / self.done
        return pace * (self.total - self.done)

    def __rich__(self) -> RenderableType:
        """A line of numbers, and a row for each work that is running."""
        running = self._running()
        left = self.seconds_left
        line = Text.assemble(
            f"{self.done} of {self.total} done, ",
            (f"{self.failed} not in full", "yellow" if self.failed else ""),
            f", {len(running)} running",
            "" if left is None else f", about {duration(left)} left",
        )
        table = Table.grid(padding=(0, 2))
        for name in running:
            seconds = self._clock() - self._since[name]
            table.add_row(Text("  running"), Text(printable(name)), duration(seconds))
        return Group(line, table)

    def _running(self) -> list[str]:
        """What runs now; remembers since when."""
        named = self._asked()
        if named is None:
            named = list(self._left)[: self._jobs]
        running = [name for name in named if name in self._left]
        for name in running:
            self._since.setdefault(name, self._clock())
        return running


def shown(
    reports: Iterable[Report],
    names: Sequence[str],
    *,
    jobs: int,
    say: Say,
    running: Running = lambda: None,
) -> Iterator[Report]:
    """`reports` as they come, on a terminal below a live table, elsewhere one a line.

    Args:
        reports: of works that are being graded.
        names: of these works, as `assignment/submission`, in order.
        jobs: graders at work at a time.
        say: writes a line where there is no terminal.
        running: names of those that run, or None for the first ones left.
    """
    console = Console(stderr=True)
    progress = Progress(names, jobs=jobs, running=running)
    table = Live(progress, console=console, transient=True, refresh_per_second=2)
    with table if console.is_terminal and names else nullcontext():
        for report in reports:
            name = f"{report.assignment}/{report.submission}"
            progress.finish(name, failed=report.score != report.max_score)
            if not console.is_terminal:
                place = f"{progress.done} of {progress.total}"
                score = "none" if report.score is None else report.score
                say(f"{place}: {printable(name)}: {score} of {report.max_score}")
            yield report


def duration(seconds: float) -> str:
    """Seconds as a person says them, such as "3 min 20 s"."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:  # noqa: PLR2004 - minutes of an hour
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
