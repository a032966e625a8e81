import os
import uuid
from pathlib import Path

import pytest

from autograder.worker.zygote import SHARED_MEMORY, clear_shared_memory

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
