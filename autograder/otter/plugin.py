"""The plugin by which Otter grades with this engine instead of running student code.

Otter calls the hooks in the order in which they stand here.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import nbformat
from otter.plugins import AbstractOtterPlugin
from otter.test_files import GradingResults

from autograder.otter.judge import JudgeError, judge, quarantine
from autograder.otter.layout import ENTRY, PRIVATE, Settings
from autograder.otter.results import Graded, graded, not_graded


class AutograderPlugin(AbstractOtterPlugin):  # type: ignore[misc] # it has no types
    """Grades in `before_grading`; lets Otter execute nothing; hands it the results."""

    _graded: Graded

    def before_grading(self, config: Any) -> None:
        """Puts student files out of Otter's reach and has them judged.

        Raises:
            RuntimeError: if Otter chose anything but our notebook to execute.
        """
        entry = Path(self.submission_path)
        if entry.name != ENTRY:
            raise RuntimeError(f"expected Otter to execute {ENTRY}, got {entry.name}")
        # Once student files are gone there is no log to unpickle, and no module for
        # the kernel to find; the other two lines hold if there ever were.
        handed_in = quarantine(entry.parent)
        config.grade_from_log = False
        os.environ["PYTHONSAFEPATH"] = "1"
        self._graded = self._judge(handed_in, entry.parent.with_name("source"))

    def before_execution(self, _: Any) -> Any:
        """An empty notebook, whatever was handed in."""
        return nbformat.v4.new_notebook()  # type: ignore[no-untyped-call] # half typed

    def after_grading(self, results: Any) -> None:
        """Puts the judge's results in the place of Otter's own."""
        results.results = GradingResults.from_ottr_json(self._graded.entries).results
        results.set_output(self._graded.output)

    def _judge(self, handed_in: Path, source: Path) -> Graded:
        settings = Settings(**self.plugin_config)
        try:
            return graded(judge(handed_in, source / PRIVATE, settings))
        except JudgeError as error:
            sys.stderr.write(f"autograder: nothing was graded: {error}\n")
            return not_graded(settings.points, str(error))
