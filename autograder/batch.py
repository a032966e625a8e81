"""Grades many submissions with a pool of graders over one sandbox.

Every grader is a process that imports once and grades one submission after another.
A grader that dies takes nothing with it but the submission it held, which is tried
once more and then reported as our fault.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import TypeAlias

from autograder import explanation
from autograder.catalog import Release
from autograder.errors import SandboxError
from autograder.grading import RunChecks, grade, report_on
from autograder.intake import Work
from autograder.model import CheckResult, Finding, Report, Verdict
from autograder.provenance import provenance
from autograder.sandbox import Isolation, Sandbox
from autograder.supervision import END_SECONDS

PRELOADED = [
    "torch",
    "hypothesis",
    "autograder.official",
    "autograder.submission.standin",
]
Setting: TypeAlias = tuple[Path, Isolation, Release, RunChecks, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grader:
    """What one process of the pool grades with."""

    sandbox: Sandbox
    release: Release
    run_checks: RunChecks
    repeat: int = 1

    def grade(self, work: Work) -> Report:
        """The report on one piece of work."""
        return grade(
            work.submission,
            work.assignment,
            release=self.release,
            sandbox=self.sandbox,
            run_checks=self.run_checks,
            most_inputs=work.most_inputs,
            repeat=self.repeat,
        )


def grade_batch(
    works: Sequence[Work],
    *,
    sandbox: Sandbox,
    release: Release,
    run_checks: RunChecks,
    jobs: int,
    repeat: int = 1,
) -> Generator[Report, None, None]:
    """Yields a report for each piece of work as it is done, in any order.

    Args:
        works: what to grade.
        sandbox: where student code runs; the caller made it and ends it.
        release: says the seeds.
        run_checks: a function that can be imported by name.
        jobs: graders at work at a time.
        repeat: how often every check runs.
    """
    for profile in {work.assignment.profile for work in works}:
        Thread(target=_warm, args=(sandbox, profile), daemon=True).start()
    grader = Grader(
        sandbox=sandbox, release=release, run_checks=run_checks, repeat=repeat
    )
    graders = partial(_graders, _setting(grader))
    left_over = yield from _grade_together(works, graders(min(jobs, len(works))))
    # Somebody killed a grader, and with it the pool: one by one shows who.
    for work in left_over:
        if (yield from _grade_together([work], graders(1))):
            died = "the grader died on this submission, twice"
            yield our_fault(work, died, release)


def _grade_together(
    works: Sequence[Work], graders: ProcessPoolExecutor
) -> Generator[Report, None, list[Work]]:
    """Yields the reports that `graders` make; returns what a death left ungraded."""
    left_over: list[Work] = []
    with graders:
        futures: dict[Future[Report], Work] = {}
        try:
            for work in works:
                try:
                    futures[graders.submit(_grade, work)] = work
                except BrokenProcessPool:  # a grader died while others were handed in
                    left_over.append(work)
            for future in as_completed(futures):
                try:
                    yield future.result()
                except BrokenProcessPool:
                    left_over.append(futures[future])
        except BaseException:  # Ctrl-C, or a reader that stops
            graders.shutdown(wait=False, cancel_futures=True)
            _end(multiprocessing.active_children())
            raise
    return left_over


def _end(graders: Sequence[BaseProcess]) -> None:
    """Ends graders, which may have minutes left, and waits for it.

    The pool does not wait any more, and one that is still at work would write into a
    sandbox that is being removed.
    """
    for grader in graders:
        grader.terminate()
    for grader in graders:
        grader.join(END_SECONDS)
        grader.kill()


def _warm(sandbox: Sandbox, profile: str) -> None:
    with suppress(SandboxError):  # whoever needs the zygote meets the error again
        sandbox.warm(profile)


def _setting(grader: Grader) -> Setting:
    """What another process makes its own grader of: a sandbox stays where it is."""
    sandbox = grader.sandbox
    return (
        sandbox.folder,
        sandbox.isolation,
        grader.release,
        grader.run_checks,
        grader.repeat,
    )


def _graders(setting: Setting, jobs: int) -> ProcessPoolExecutor:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Where no process can fork, every grader imports by itself.
    methods = multiprocessing.get_all_start_methods()
    method = "forkserver" if "forkserver" in methods else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(PRELOADED)
    return ProcessPoolExecutor(
        jobs, mp_context=context, initializer=_become_grader, initargs=setting
    )


def our_fault(work: Work, text: str, release: Release) -> Report:
    """A report without a score: the grader could not grade this submission."""
    finding = Finding(verdict=Verdict.GRADER_ERROR, message=explanation.our_fault(text))
    results = tuple(
        CheckResult(check=check, finding=finding) for check in work.assignment.checks
    )
    came_from = provenance(work.assignment, release)
    return report_on(work.submission, work.assignment, results, came_from)


_grader: Grader


def _become_grader(
    folder: Path,
    isolation: Isolation,
    release: Release,
    run_checks: RunChecks,
    repeat: int,
) -> None:
    import torch  # noqa: PLC0415 - only graders need it

    torch.set_num_threads(1)
    Thread(target=_end_with_parent, daemon=True).start()
    global _grader  # noqa: PLW0603 - a pool hands its processes state in no other way
    _grader = Grader(
        sandbox=Sandbox(folder, isolation),
        release=release,
        run_checks=run_checks,
        repeat=repeat,
    )


def _end_with_parent() -> None:
    """Ends this process when the batch's own is killed: nobody would ask it again."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _grade(work: Work) -> Report:
    return _grader.grade(work)
