"""Whom a worker reaches: no process but itself, and no network."""

from __future__ import annotations

from autograder.selftest.behaviour import TRUE, Behaviour, raised, returned

REFUSED = raised("OSError")
NETWORK = (
    Behaviour(
        name="cannot open a socket",
        act="import socket\nsocket.socket().close()\nreturn True",
        expected=REFUSED,
        tier="partial",
    ),
    Behaviour(
        name="cannot open a datagram socket",
        act="import socket\nsocket.socket(type=socket.SOCK_DGRAM).close()\nreturn True",
        expected=REFUSED,
        tier="partial",
    ),
    Behaviour(
        name="cannot make a pair of sockets",
        act="import socket\nfor end in socket.socketpair(): end.close()\nreturn True",
        expected=REFUSED,
        tier="partial",
    ),
    Behaviour(
        name="cannot order a worker from its zygote",
        act="import socket\n"
        "with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as ask:\n"
        "    ask.connect(world['zygote'])\nreturn True",
        expected=REFUSED,
        tier="partial",
    ),
    Behaviour(
        name="cannot open a socket where processes are allowed",
        act="import socket\nsocket.socket().close()\nreturn True",
        expected=REFUSED,
        tier="partial",
        processes=4,
    ),
)
STARTING = (
    Behaviour(
        name="cannot fork",
        act="import os\nchild = os.fork() or os._exit(0)\n"
        "return os.waitpid(child, 0) == (child, 0)",
        expected=REFUSED,
        tier="partial",
    ),
    Behaviour(
        name="cannot run a program",
        act="import subprocess\n"
        "return subprocess.run(['/bin/sh', '-c', ':']).returncode == 0",
        expected=REFUSED,
        tier="partial",
    ),
    Behaviour(
        name="cannot run a program where processes are allowed",
        act="import subprocess\n"
        "return subprocess.run(['/bin/sh', '-c', ':']).returncode == 0",
        expected=REFUSED,
        tier="partial",
        processes=4,
    ),
    Behaviour(
        name="processes work where they are allowed",
        act="import os\nchild = os.fork() or os._exit(3)\n"
        "return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])",
        expected=returned(3),
        is_honest=True,
        processes=4,
    ),
    Behaviour(
        name="a DataLoader with workers works where processes are allowed",
        act="import torch, warnings\nwarnings.simplefilter('ignore')\n"
        "rows = torch.utils.data.TensorDataset(torch.arange(4))\n"
        "loader = torch.utils.data.DataLoader(rows, batch_size=2, num_workers=2)\n"
        "return [batch[0].tolist() for batch in loader]",
        expected=returned([[0, 1], [2, 3]]),
        is_honest=True,
        processes=8,
    ),
)


def reaching(target: str, doing: str, act: str) -> Behaviour:
    """A behaviour about another process, whose pid is in `world`."""
    who = {"grader": "the grader", "worker": "another worker"}[target]
    return Behaviour(
        name=f"cannot {doing} {who}",
        act=f"import os\npid = world[{target!r}]\n{act}\nreturn True",
        expected=REFUSED,
        tier="partial",
    )


READV = """\
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
if libc.process_vm_readv(pid, None, 0, None, 0, 0):
    raise OSError(ctypes.get_errno(), 'refused')"""
LIMIT = "import resource\nresource.prlimit(pid, resource.RLIMIT_CPU)"
OTHERS = (
    reaching("grader", "signal", "os.kill(pid, 0)"),
    reaching("worker", "signal", "os.kill(pid, 0)"),
    Behaviour(
        name="cannot signal its zygote",
        act="import os\nos.kill(os.getppid(), 0)\nreturn True",
        expected=REFUSED,
        tier="partial",
    ),
    reaching("grader", "read the memory of", READV),
    reaching("worker", "read the memory of", READV),
    reaching("grader", "hold a descriptor of", "os.close(os.pidfd_open(pid))"),
    reaching("grader", "ask for the limits of", LIMIT),
    reaching("worker", "ask for the limits of", LIMIT),
    reaching(
        "worker",
        "choose the processor of",
        "os.sched_setaffinity(pid, os.sched_getaffinity(pid))",
    ),
    Behaviour(
        name="cannot read the grader's command line",
        act="return len(open(f'/proc/{world[\"grader\"]}/cmdline').read()) > 0",
        expected=REFUSED,
        tier="standard",
    ),
    Behaviour(
        name="cannot list the processes",
        act="import os\nreturn len(os.listdir('/proc')) > 0",
        expected=REFUSED,
        tier="standard",
    ),
    Behaviour(
        name="signals itself",
        act="import os, signal\nfound = []\n"
        "signal.signal(signal.SIGUSR1, lambda number, _: found.append(int(number)))\n"
        "os.kill(os.getpid(), signal.SIGUSR1)\nreturn found == [signal.SIGUSR1]",
        expected=TRUE,
        is_honest=True,
    ),
    Behaviour(
        name="cannot make a file in memory",
        act="import os\nos.close(os.memfd_create('name'))\nreturn True",
        expected=REFUSED,
        tier="partial",
    ),
)
BEHAVIOURS = (*NETWORK, *STARTING, *OTHERS)
