"""A real Slurm: whatever ends in the middle costs only what was running."""

import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from .cluster import ask, cluster, missing, wait_for

ROOT = Path(__file__).parent.parent.parent
SETTINGS = 'title = "Sums"\ntitle_zh = "x"\nparts = ["adder"]\nprofile = "torch"\n'
SOURCE = """\
import time

time.sleep(0.2)


def add(a, b):
    return a + b


def twice(a):
    return {factor} * a
"""
ASKED = ("gres=gpu:1", "mem=512M", "time=5")
ON_SLURM = ["--executor", "slurm", *(f"--slurm={one}" for one in ASKED)]

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


class Course:
    """Eight submissions that take a moment each, and what was made of them."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.environment = environment | {
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(folder / "tmp"),
        }

    def grade(self, out, *options):
        command = ["grade", "handed_in", "--out", out, "--jobs", "2", *options]
        return subprocess.Popen(
            [sys.executable, "-m", "autograder", *command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def tasks(self):
        """Tasks that wait or run."""
        return ask("squeue", "--noheader", "--array", **self.environment).split("\n")

    def files(self, kind):
        """What a run on the cluster wrote, the oldest first."""
        found = self.folder.glob(f"slurm/slurm/*/{kind}/*.json")
        return sorted(found, key=lambda file: file.stat().st_mtime_ns)

    def busy(self):
        """The process of a task that is at a submission."""
        done = {file.name for file in self.files("reports")}
        begun = [f for f in self.files("begun") if f.name not in done]
        tasks = [json.loads(file.read_text())["task"] for file in begun]
        return next(filter(None, map(pid_of, tasks)), None)


def pid_of(task):
    """The process of one task of a job array, such as `1_0`; None if it is gone."""
    job, _, index = task.partition("_")
    wanted = {f"SLURM_ARRAY_JOB_ID={job}", f"SLURM_ARRAY_TASK_ID={index}"}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_text(errors="replace").split("\0")
            program = (process / "cmdline").read_bytes().split(b"\0")
            if wanted <= set(environment) and b"submitit.core._submit" in program:
                return int(process.name)
        except OSError:  # ended meanwhile
            continue
    return None


@pytest.fixture(scope="module")
def course(write_catalog):
    """A class that was graded here, and on a cluster on which two things went wrong."""
    with tempfile.TemporaryDirectory() as name, cluster() as environment:
        folder = Path(name)
        (folder / "tmp").mkdir()
        (folder / "handed_in").mkdir()
        write_catalog(folder / "solutions", **{"{id}/assignment.toml": SETTINGS})
        for number, factor in enumerate((2, 1, 2, 3, 2, 4, 2, 2)):
            source = SOURCE.format(factor=factor) + f"# {number}\n"
            (folder / "handed_in" / f"s{number}.py").write_text(source)
        course = Course(folder, environment)
        grade_disturbed(course)
        course.said, _ = course.grade("here").communicate(timeout=300)
        yield course


def grade_disturbed(course):
    """Grade: interrupted after one report, then one of its tasks is killed."""
    interrupted = course.grade("slurm", *ON_SLURM)
    wait_for(lambda: course.files("reports") or interrupted.poll() is not None)
    interrupted.send_signal(signal.SIGINT)
    course.first_said, _ = interrupted.communicate(timeout=60)
    course.status = interrupted.returncode
    wait_for(lambda: not any(course.tasks()))
    course.kept = len(course.files("reports"))

    resumed = course.grade("slurm", *ON_SLURM)
    wait_for(lambda: len(course.files("reports")) > course.kept)
    os.kill(wait_for(course.busy), signal.SIGKILL)
    course.second_said, _ = resumed.communicate(timeout=300)


def test_interrupted_run_cancels_its_tasks_and_keeps_what_is_graded(course):
    assert course.status == 130
    assert "the same command goes on from there" in course.first_said
    assert 1 <= course.kept < 8


def test_run_that_lost_a_task_ends_like_one_that_nobody_disturbed(course):
    disturbed, undisturbed = (
        (course.folder / out / "gradebook.csv").read_bytes()
        for out in ("slurm", "here")
    )

    assert disturbed == undisturbed, course.second_said + course.said


def test_killed_task_costs_only_what_it_had_not_graded(course):
    chunks = [set(json.loads(f.read_text())["works"]) for f in course.files("chunks")]
    arrays = list(course.folder.glob("slurm/slurm/*/logs/[0-9]*_submission.sh"))

    asked = [sum(map(len, chunks[:2])), sum(map(len, chunks[2:4]))]
    again = set().union(*chunks[4:])

    assert len(arrays) == 3
    assert asked == [8, 8 - course.kept]
    assert 1 <= len(again) < asked[1]


def test_slot_of_a_gpu_is_used_by_one_worker_at_a_time(course):
    slots = {}
    for file in course.files("begun"):
        report = file.parent.parent / "reports" / file.name
        times = file.stat().st_mtime_ns, report.stat().st_mtime_ns
        slots.setdefault(json.loads(file.read_text())["slot"], []).append(times)

    overlapping = [
        (one, other)
        for times in slots.values()
        for one, other in itertools.pairwise(sorted(times))
        if one[1] > other[0]
    ]

    assert slots.keys() == {"0", "1"}
    assert overlapping == []
