import json
import os
import socket
from threading import Thread

import pytest

from autograder.errors import SandboxError
from autograder.forking import Forked
from autograder.supervision import Output, Worker


@pytest.fixture
def watched(tmp_path):
    """A worker as the grader sees it, and the zygote's end of its connection."""
    conversation, other = socket.socketpair()
    control, zygote = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    reading, writing = os.pipe()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    worker = Worker(
        conversation=conversation,
        process=Forked(pid=1, control=control),
        printed=Output(reading, 10),
        scratch=scratch,
        start_seconds=1,
    )
    os.write(writing, b"printed, and more than is kept")
    os.close(writing)
    yield worker, zygote
    other.close()
    zygote.close()


def test_end_of_a_worker_is_what_its_zygote_says(watched):
    worker, zygote = watched
    zygote.send(json.dumps({"status": 9, "cpu_seconds": 1, "peak_bytes": 2}).encode())

    ended = worker.end(grace=1)

    assert (ended.status, ended.cpu_seconds, ended.peak_bytes) == (9, 1, 2)


def test_memory_of_a_worker_is_known_at_its_end(watched):
    worker, zygote = watched
    zygote.send(json.dumps({"status": 9, "cpu_seconds": 1, "peak_bytes": 2}).encode())

    before = worker.peak_bytes
    worker.end(grace=1)

    assert (before, worker.peak_bytes) == (0, 2)


def test_memory_of_a_worker_whose_zygote_died_is_not_known(watched):
    worker, zygote = watched
    zygote.close()

    with pytest.raises(SandboxError):
        worker.end()

    assert worker.peak_bytes == 0


def test_worker_that_lives_on_is_killed(watched):
    worker, zygote = watched
    told = json.dumps({"status": 9, "cpu_seconds": 1, "peak_bytes": 2}).encode()
    answer = Thread(target=lambda: (zygote.recv(16), zygote.send(told)))
    answer.start()

    ended = worker.end()

    answer.join()
    assert ended.status == 9


def test_end_of_a_worker_whose_zygote_died_is_our_fault_each_time(watched):
    worker, zygote = watched
    zygote.close()

    for _ in range(2):
        with pytest.raises(SandboxError, match="the zygote of worker 1 died"):
            worker.end()


def test_worker_whose_zygote_died_leaves_nothing_open_or_on_disk(watched):
    worker, zygote = watched
    zygote.close()

    with pytest.raises(SandboxError):
        worker.end()

    sockets = (worker.conversation, worker.process.control)
    assert [one.fileno() for one in sockets] == [-1, -1]
    assert not worker.scratch.exists()


def test_output_is_kept_up_to_its_cap_and_counted_beyond(watched):
    worker, zygote = watched
    zygote.close()
    with pytest.raises(SandboxError):
        worker.end()

    assert worker.output == "printed, a\n[20 more bytes]"
