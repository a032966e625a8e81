import os
import time
import uuid
from pathlib import Path

import pytest

from autograder.worker.zygote import SHARED_MEMORY, clear_shared_memory, end_all_of

WORKER, OTHER = 64998, 64999

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


@pytest.fixture
def left_behind():
    """Return a function that leaves a file of some user in shared memory."""
    made = []

    def leave(uid):
        file = Path(SHARED_MEMORY) / f"test-{uuid.uuid4()}"
        file.write_text("hidden input")
        os.chown(file, uid, uid)
        made.append(file)
        return file

    yield leave
    for file in made:
        file.unlink(missing_ok=True)


@needs_root
def test_shared_memory_of_a_worker_that_ended_is_removed(left_behind):
    file = left_behind(WORKER)

    clear_shared_memory(WORKER)

    assert not file.exists()


@needs_root
def test_shared_memory_of_others_stays(left_behind):
    file = left_behind(OTHER)

    clear_shared_memory(WORKER)

    assert file.exists()


@needs_root
def test_shared_memory_stays_where_a_worker_has_no_uid_of_its_own(left_behind):
    file = left_behind(0)

    clear_shared_memory(None)

    assert file.exists()


def fork_and_end(seconds):
    """Be a process that is another one all the time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if os.fork():
            break


@pytest.fixture
def never_the_same():
    """Processes of a worker's user that fork and end, none of which stays."""
    for _ in range(4):
        pid = os.fork()
        if pid == 0:
            try:
                os.setresuid(WORKER, WORKER, WORKER)
                fork_and_end(seconds=60)
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
    return WORKER


def n_running(uid):
    """How many processes of a user have not ended."""
    found = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "status").read_text()
        except OSError:  # ended meanwhile
            continue
        found += f"\nUid:\t{uid}\t" in said and "\nState:\tZ" not in said
    return found


def seen(uid):
    """How often a process of a user is seen in many looks."""
    return sum(n_running(uid) for _ in range(50))


@needs_root
def test_processes_that_fork_away_are_all_ended(never_the_same):
    assert seen(never_the_same) > 0

    end_all_of(never_the_same)

    ended_by = time.monotonic() + 20  # what is killed takes a moment to end
    while (left := seen(never_the_same)) and time.monotonic() < ended_by:
        pass
    assert left == 0


@needs_root
def test_processes_of_others_are_not_ended(never_the_same):
    end_all_of(OTHER)

    assert seen(never_the_same) > 0
    end_all_of(never_the_same)
