"""Measures a batch: how fast, at what cost, and whether it survives `kill -9`.

    python benchmarks/batch.py [--submissions N] [--sample M] [--jobs J]

Grades a made-up class of N students of `a2_collator` twice: undisturbed, and killed in
the middle and resumed.  Then it grades M of its honest submissions three ways, side by
side: by the batch, one by one by plain pytest in a fresh process each, and one by one
by `otter run`.  One in ten of the class hangs or is a bomb; those run only where a tier
that may grade holds them, and never by plain pytest or Otter.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import psutil
from class_of_copies import ASSIGNMENT, ROOT, write_class

from autograder.catalog import read_catalog
from autograder.isolation import require
from autograder.otter.bundle import write_bundle
from autograder.sandbox import Isolation

TWICE = """\
import pytest, sys, time
pytest.main(sys.argv[1:])
began = time.monotonic()
pytest.main(sys.argv[1:])
print("warm", time.monotonic() - began)
"""


def main() -> None:
    """Measures, and prints as it goes."""
    asked = _asked()
    print(require(Isolation()))  # bombs only where something holds them
    with tempfile.TemporaryDirectory(prefix="batch-") as name:
        folder = Path(name)
        good, bad = write_class(folder / "class", asked.submissions)
        print(f"class: {good} honest copies, {bad} that hang or are bombs\n")
        seconds, peak = _graded(folder, "class", "undisturbed", asked.jobs)
        count = asked.submissions
        print(f"batch of {count}, {asked.jobs} at a time: {seconds:.0f} s")
        print(f"  throughput     {60 * count / seconds:.1f} submissions a minute")
        print(f"  peak memory    {peak / 2**20:.0f} MiB, all its processes (PSS)")
        _survive(folder, asked.jobs, count)
        _compare(folder, asked.sample, asked.jobs, seconds / count)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=200, metavar="N")
    parser.add_argument("--sample", type=int, default=10, metavar="M")
    parser.add_argument("--jobs", type=int, default=2, metavar="J")
    return parser.parse_args()


def _graded(folder: Path, class_: str, out: str, jobs: int) -> tuple[float, int]:
    """Grades a class to the end; returns seconds and the most bytes of memory."""
    began = time.monotonic()
    peak = 0
    with _grading(folder, class_, out, jobs) as batch:
        while batch.poll() is None:
            peak = max(peak, _memory(batch.pid))
            time.sleep(0.5)
    if batch.returncode:
        raise SystemExit(f"grading {class_} into {out} exited {batch.returncode}")
    return time.monotonic() - began, peak


def _grading(folder: Path, class_: str, out: str, jobs: int) -> subprocess.Popen[bytes]:
    options = ("--layout", "class", "--assignment", ASSIGNMENT, "--jobs", str(jobs))
    program = (sys.executable, "-m", "autograder", "grade", str(folder / class_))
    return subprocess.Popen(  # noqa: S603 - our own program
        [*program, *options, "--out", str(folder / out)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _memory(pid: int) -> int:
    """Bytes that a process and all below it hold, what they share counted once."""
    total = 0
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                total += one.memory_full_info().pss
    return total


def _survive(folder: Path, jobs: int, count: int) -> None:
    """Kills a batch in the middle, resumes it, and compares what both gave."""
    with _grading(folder, "class", "killed", jobs) as batch:
        while batch.poll() is None and _n_graded(folder / "killed") < count / 2:
            time.sleep(0.2)
        batch.kill()
    kept = _n_graded(folder / "killed")
    seconds, _ = _graded(folder, "class", "killed", jobs)
    same, other = (
        (folder / out / "gradebook.csv").read_bytes()
        for out in ("undisturbed", "killed")
    )
    said = "the same gradebook.csv" if same == other else "ANOTHER gradebook.csv"
    print(f"killed by `kill -9` with {kept} of {count} graded")
    print(f"  resumed        {seconds:.0f} s for the other {count - kept}; {said}\n")


def _n_graded(out: Path) -> int:
    file = out / "gradebook.sqlite"
    with (
        suppress(sqlite3.OperationalError),  # not made yet
        closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as book,
    ):
        return int(book.execute("SELECT count(*) FROM grades").fetchone()[0])
    return 0


def _compare(folder: Path, count: int, jobs: int, of_class: float) -> None:
    """Grades a sample by the batch, by plain pytest and by Otter."""
    files = sorted((folder / "class").glob("honest_*.py"))
    chosen = random.Random(0).sample(files, min(count, len(files)))  # noqa: S311 - a sample
    (folder / "sample").mkdir()
    for file in chosen:
        (folder / "sample" / file.name).write_bytes(file.read_bytes())
    batch = _graded(folder, "sample", "sampled", jobs)[0] / len(chosen)
    bundle = write_bundle(
        catalog := read_catalog(ROOT / "solutions"),
        catalog[ASSIGNMENT],
        folder / "bundle",
    )
    plain, warm, otter = [], [], []
    for file in chosen:
        place = folder / "each" / file.stem
        place.mkdir(parents=True)
        (place / "collator.py").write_bytes(file.read_bytes())
        fresh, again = _by_pytest(place)
        plain.append(fresh)
        warm.append(again)
        otter.append(_timed(lambda place=place: _by_otter(bundle, place)))
    own = sum(warm) / len(warm)
    print(f"sample of {len(chosen)} honest submissions, seconds each (wall time)")
    print(
        f"  the class above, {jobs} at a time  {of_class:6.1f}   with hangs and bombs"
    )
    print(f"  the batch, {jobs} at a time        {batch:6.1f}")
    for name, times in (("plain pytest", plain), ("otter run", otter)):
        mean = sum(times) / len(times)
        print(f"  {name:13} one by one    {mean:6.1f}   {mean / batch:.1f} times that")
    print(f"  the checks alone, imported    {own:6.1f}   the student's own compute")
    print(f"  overhead of a submission      {batch * jobs - own:6.1f}   of one core")
    print("The sample's batch pays its start alone: a larger one shares it.")


def _by_pytest(place: Path) -> tuple[float, float]:
    """Seconds of the checks in a fresh process, and once more where all is imported."""
    private = ROOT / "solutions" / ASSIGNMENT
    checks = [str(private / "public"), str(private / "hidden")]
    command = [sys.executable, "-c", TWICE, *checks, "--submission", str(place), "-q"]
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603 - our own program
        [*command, "-p", "no:cacheprovider"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - began
    *_, last = done.stdout.splitlines() or [done.stderr]
    warm = float(last.removeprefix("warm "))
    return seconds - warm, warm


def _by_otter(bundle: Path, place: Path) -> None:
    submission = place / "submission.zip"
    with zipfile.ZipFile(submission, "w") as archive:
        archive.write(place / "collator.py", "collator.py")
    otter = Path(sys.executable).with_name("otter")
    subprocess.run(  # noqa: S603 - Otter, on our own files
        [otter, "run", "-a", bundle, "-o", place, submission],
        cwd=place,
        capture_output=True,
        check=True,
        env=os.environ,
    )


def _timed(work: Callable[[], None]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


if __name__ == "__main__":
    main()
