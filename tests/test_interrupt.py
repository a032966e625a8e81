"""A batch that is told to end, or killed: nothing is lost and nothing left behind."""

import inspect
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SETTINGS = 'title = "Sums"\ntitle_zh = "x"\nparts = ["adder"]\nprofile = "torch"\n'

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's /proc")


def descendants(pid):
    """Return the processes below one, however far."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(
                stat.read_text().rpartition(")")[2].split()[1]
            )
        except (OSError, ValueError):  # ended meanwhile
            continue
    found = {pid}
    while more := {child for child, of in parents.items() if of in found} - found:
        found |= more
    return found - {pid}


def wait_for(condition):
    """Return what a condition gives as soon as it gives anything."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.05)
    pytest.fail(f"never came: {inspect.getsource(condition).strip()}")


@pytest.fixture
def tmp_path():
    """A folder with a short path, as one for temporary files must have."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture
def batch(write_catalog, tmp_path):
    """A batch that is at a submission which never ends."""
    write_catalog(tmp_path / "solutions", **{"{id}/assignment.toml": SETTINGS})
    (tmp_path / "alice.py").write_text("import time\n\ntime.sleep(600)\n")
    (tmp_path / "tmp").mkdir()
    batch = subprocess.Popen(
        [sys.executable, "-m", "autograder", "grade", "alice.py", "--jobs", "1"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "tmp")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: folders(tmp_path, "/scratch/*") or batch.poll() is not None)
    assert batch.poll() is None, batch.stderr.read()
    yield batch
    batch.kill()
    batch.communicate()


def folders(tmp_path, inside=""):
    """What a batch keeps under the folder for temporary files."""
    return list((tmp_path / "tmp").glob(f"autograder-*{inside}"))


def gone(processes):
    """Whether none of these processes is there."""
    return not any(Path(f"/proc/{pid}").exists() for pid in processes)


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name
)
def test_batch_that_is_told_to_end_leaves_no_process_and_no_file(
    number, batch, tmp_path
):
    begun = descendants(batch.pid)

    batch.send_signal(number)
    _, said = batch.communicate(timeout=60)

    assert batch.returncode == 130
    assert said == (
        "autograder: what was graded is kept; the same command goes on from there\n"
        "autograder: interrupted\n"
    )
    assert not folders(tmp_path)
    wait_for(lambda: gone(begun))


def test_batch_that_is_killed_leaves_no_process(batch):
    begun = descendants(batch.pid)

    batch.kill()

    wait_for(lambda: gone(begun))


RIGHT = "def add(a, b):\n    return a + b\n\n\ndef twice(a):\n    return 2 * a\n"


@pytest.fixture
def course(write_catalog, tmp_path):
    """Four submissions; grading two of them takes a moment."""
    write_catalog(tmp_path / "solutions", **{"{id}/assignment.toml": SETTINGS})
    slow = f"import time\n\ntime.sleep(0.4)\n\n\n{RIGHT}"
    sources = {
        "alice": RIGHT,
        "bob": slow,
        "carol": slow.replace("2 * a", "a"),
        "dave": RIGHT,
    }
    (tmp_path / "handed_in").mkdir()
    (tmp_path / "tmp").mkdir()
    for name, source in sources.items():
        (tmp_path / "handed_in" / f"{name}.py").write_text(source)
    return tmp_path


def grade(course, out):
    command = ["grade", "handed_in", "--out", out, "--jobs", "1"]
    return subprocess.Popen(
        [sys.executable, "-m", "autograder", *command],
        cwd=course,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(course / "tmp")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def n_graded(file):
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as book:
            [number] = book.execute("SELECT count(*) FROM grades").fetchone()
    except sqlite3.OperationalError:  # not made yet
        return 0
    return number


def test_killed_batch_goes_on_and_ends_like_one_that_nobody_disturbed(course):
    killed = grade(course, "killed")
    wait_for(lambda: n_graded(course / "killed" / "gradebook.sqlite"))
    begun = descendants(killed.pid)
    killed.kill()
    _, first = killed.communicate(timeout=60)
    wait_for(lambda: gone(begun))

    _, second = grade(course, "killed").communicate(timeout=120)
    grade(course, "undisturbed").communicate(timeout=120)

    resumed, undisturbed = (
        (course / name / "gradebook.csv").read_bytes()
        for name in ("killed", "undisturbed")
    )
    assert resumed == undisturbed
    assert "a1_tiny/alice: 6 of 6" in first
    assert second.splitlines() == [
        "1 of 2: a1_tiny/bob: 6 of 6",
        "2 of 2: a1_tiny/carol: 3 of 6",
    ]
