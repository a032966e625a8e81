"""A batch that is told to end: it ends at once and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

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
    pytest.fail(f"never came: {condition.__name__}")


@pytest.fixture
def batch(write_catalog, tmp_path):
    """A batch that is at a submission which never ends."""
    settings = 'title = "Sums"\ntitle_zh = "x"\nparts = ["adder"]\nprofile = "torch"\n'
    write_catalog(tmp_path / "solutions", **{"{id}/assignment.toml": settings})
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

    def scratch_of_the_submission():
        return folders(tmp_path, "/scratch/*")

    wait_for(scratch_of_the_submission)
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

    assert (batch.returncode, said) == (130, "autograder: interrupted\n")
    assert not folders(tmp_path)
    wait_for(lambda: gone(begun))


def test_batch_that_is_killed_leaves_no_process(batch):
    begun = descendants(batch.pid)

    batch.kill()

    wait_for(lambda: gone(begun))
