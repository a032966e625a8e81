"""A worker may have processes, and nothing more for it."""

import errno
import sys

import pytest

if sys.platform != "linux":
    pytest.skip("confines on Linux only", allow_module_level=True)

# What a denied call or a name that is not there answers.
DENIED = {errno.EPERM, errno.EACCES, errno.ENOENT, errno.ENOSYS}

WITH_PROCESSES = {
    "forks": (
        "import os; child = os.fork() or os._exit(3)\nanswer = os.waitpid(child, 0)[1]",
        768,
    ),
    "pairs_streams": (
        (
            "import socket; a, b = socket.socketpair(); a.send(b'x')\n"
            "answer = b.recv(1).decode()"
        ),
        "x",
    ),
    "uses_semaphores": (
        "import multiprocessing; answer = multiprocessing.Lock().acquire()",
        True,
    ),
}


@pytest.mark.parametrize("act", WITH_PROCESSES)
def test_worker_with_processes(confined, act):
    code, expected = WITH_PROCESSES[act]

    told = confined(code, processes=4)

    assert told.get("answer", told) == expected


FORBIDDEN_WITH_PROCESSES = {
    "running_a_program": "import os; os.execv('/bin/true', ['true'])",
    "opening_tcp": "import socket; socket.socket()",
    "opening_udp": "import socket; socket.socket(type=socket.SOCK_DGRAM)",
    "opening_unix_datagrams": "import socket; socket.socketpair(type=2)",
    "cloning_into_a_namespace": "call('clone', 0x10000011, 0, 0, 0, 0)",
    "cloning_a_sibling": "call('clone', 0x8011, 0, 0, 0, 0)",
    "killing_a_process": "import os; os.kill(pids['bystander'], 9)",
    "killing_everyone": "import os; os.kill(-1, 9)",
}


@pytest.mark.parametrize("act", FORBIDDEN_WITH_PROCESSES)
def test_worker_with_processes_is_forbidden(confined, act):
    told = confined(FORBIDDEN_WITH_PROCESSES[act], processes=4)

    assert told.get("errno") in DENIED, told


def test_shared_memory_is_out_of_reach_without_processes(confined):
    told = confined("open('/dev/shm/name', 'w')")

    assert told.get("errno") in DENIED, told


def test_data_loader_with_workers_works_when_processes_are_allowed(confined):
    code = (
        "import torch\n"
        "data = torch.utils.data.TensorDataset(torch.arange(8))\n"
        "loader = torch.utils.data.DataLoader(data, batch_size=4, num_workers=2)\n"
        "answer = [batch[0].tolist() for batch in loader]"
    )

    told = confined(code, processes=8, preload=["torch", "torch.utils.data"])
    landlock = next(s["detail"] for s in told["steps"] if s["name"] == "landlock")
    if sys.base_prefix in landlock.partition("unreachable")[2].split():
        pytest.skip(f"the worker cannot reach Python's home in {sys.base_prefix}")

    assert told.get("answer", told) == [[0, 1, 2, 3], [4, 5, 6, 7]]
