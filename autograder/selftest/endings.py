"""How a worker ends: limits, signals and exits have their outcomes, nothing stays."""

from __future__ import annotations

from pathlib import Path

from autograder.kit.failures import SubmissionLost
from autograder.selftest.behaviour import (
    Behaviour,
    Seen,
    crashed,
    raised,
    returned,
    timed_out,
)

WALL = "wall-clock limit of 2 s"
CPU = "CPU-time limit of 1 s"
MEMORY = "memory limit of 256 MiB"
# A daemon is a child of a child in a session of its own; its pid is printed.
DAEMON = """\
import os, time
reading, writing = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(writing, str(os.getpid()).encode())
        time.sleep(60)
    os._exit(0)
print(os.read(reading, 20).decode())
"""
CHILD = """\
import os
child = os.fork() or os._exit(0)
return os.waitpid(child, 0) == (child, 0)
"""
SUM = "return sum(range(100_000)) > 0"
SLEEP = "import time\ntime.sleep(0.1)\nreturn True"
EXIT = "import os\nreturn os.getpid() > 0"


def daemon_ended(seen: Seen) -> str:
    """What is wrong unless the worker and the one process that it printed are gone."""
    seen.worker.end()
    printed = seen.worker.output.split()
    if len(printed) != 1:
        return f"expected one pid, got {printed}"
    pids = [str(seen.worker.pid), *printed]
    alive = [pid for pid in pids if Path("/proc", pid).exists()]
    return f"still there: {', '.join(alive)}" if alive else ""


def scratch_gone(seen: Seen) -> str:
    """What is wrong unless the bystander alone has a scratch folder."""
    seen.worker.end()
    count = len(list((seen.folder / "scratch").iterdir()))
    return "" if count == 1 else f"expected 1 scratch folder, got {count}"


def fate_stays(seen: Seen) -> str:
    """What is wrong unless a further request ends as the first one did."""
    try:
        value = seen.conversation.request("get", target=None, name="act")
    except SubmissionLost as end:
        again = str(end.reason)
    else:
        again = f"an answer, {value!r}"
    return "" if again == seen.came.text else f"then came {again}"


TIME = (
    Behaviour(
        name="an endless loop is TIMED_OUT by the CPU limit",
        act="while True: pass",
        expected=timed_out(CPU),
        cpu_seconds=1,
        control=SUM,
    ),
    Behaviour(
        name="a loop that ignores the CPU limit's signal is TIMED_OUT all the same",
        act="import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\n"
        "while True: pass",
        expected=timed_out(CPU),
        cpu_seconds=1,
        control=SUM,
    ),
    Behaviour(
        name="an endless loop at import is TIMED_OUT",
        before="while True: pass",
        act="return True",
        expected=timed_out(CPU),
        cpu_seconds=1,
        control=SUM,
    ),
    Behaviour(
        name="a sleep is TIMED_OUT by the clock",
        act="import time\ntime.sleep(60)",
        expected=timed_out(WALL),
        seconds=2.0,
        control=SLEEP,
    ),
    Behaviour(
        name="a sleep with every signal blocked is TIMED_OUT by the clock",
        act="import signal, time\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\n"
        "time.sleep(60)",
        expected=timed_out(WALL),
        seconds=2.0,
        control=SLEEP,
    ),
    Behaviour(
        name="a timeout kills grandchildren",
        act=DAEMON + "time.sleep(60)",
        expected=timed_out(WALL),
        seconds=2.0,
        control=CHILD,
        after=daemon_ended,
        processes=4,
    ),
)
DEATHS = (
    Behaviour(
        name="a death kills grandchildren",
        act=DAEMON + "os._exit(0)",
        expected=crashed("exit status 0"),
        control=CHILD,
        after=daemon_ended,
        processes=4,
    ),
    Behaviour(
        name="a segmentation fault is CRASHED with the signal's name",
        act="import ctypes\nctypes.string_at(0)",
        expected=crashed("killed by SIGSEGV"),
        control="import ctypes\nreturn ctypes.string_at(b'x') == b'x'",
    ),
    Behaviour(
        name="an abort is CRASHED with the signal's name",
        act="import os\nos.abort()",
        expected=crashed("killed by SIGABRT"),
        control=EXIT,
    ),
    Behaviour(
        name="a signal without a name is CRASHED with its number",
        act="import signal\nsignal.raise_signal(40)",
        expected=crashed("killed by signal 40"),
        control="import signal\nsignal.signal(40, signal.SIG_IGN)\n"
        "return signal.raise_signal(40) is None",
    ),
    Behaviour(
        name="an exit with status 0 is CRASHED, never a pass",
        act="import os\nos._exit(0)",
        expected=crashed("exit status 0"),
        control=EXIT,
    ),
    Behaviour(
        name="an exit at import is CRASHED",
        before="import os\nos._exit(7)",
        act="return True",
        expected=crashed("exit status 7"),
        control=EXIT,
    ),
    Behaviour(
        name="SystemExit is RAISED, not obeyed",
        act="import sys\nsys.exit(0)",
        expected=raised("SystemExit"),
        control=EXIT,
    ),
    Behaviour(
        name="endless recursion is RAISED",
        act="return act(world)",
        expected=raised("RecursionError"),
        control="return world is None or act(None)",
    ),
    Behaviour(
        name="a fate is sticky",
        act="import os\nos._exit(3)",
        expected=crashed("exit status 3"),
        control=EXIT,
        after=fate_stays,
    ),
    Behaviour(
        name="a worker's scratch folder goes with it",
        act="open('left', 'w').close()\nimport os\nos._exit(0)",
        expected=crashed("exit status 0"),
        control="open('left', 'w').close()\nreturn True",
        after=scratch_gone,
    ),
)
AMOUNTS = (
    Behaviour(
        name="memory over the limit is CRASHED",
        act="return len(bytearray(1 << 30))",
        expected=crashed(MEMORY),
        control="return len(bytearray(128 << 20)) > 0",
    ),
    Behaviour(
        name="a tensor over the memory limit is CRASHED",
        act="import torch\nreturn torch.ones(1 << 28).numel()",
        expected=crashed(MEMORY),
        control="import torch\nreturn torch.ones(1 << 24).numel() > 0",
    ),
    Behaviour(
        name="mapped memory over the limit is refused",
        act="import mmap\nmmap.mmap(-1, 1 << 30)",
        expected=raised("OSError"),
        control="import mmap\nreturn len(mmap.mmap(-1, 1 << 20)) > 0",
    ),
    Behaviour(
        name="a file over the size limit is CRASHED",
        act="open('big', 'wb').write(bytes(16 << 20))",
        expected=crashed("file-size limit of 8 MiB"),
        control="return open('small', 'wb').write(bytes(1 << 20)) > 0",
    ),
    Behaviour(
        name="files that together exceed the scratch folder are refused",
        act="for i in range(4): open(f'{i}', 'wb').write(bytes(4 << 20))",
        expected=raised("OSError"),
        control="return open('one', 'wb').write(bytes(4 << 20)) > 0",
        tier="full",
    ),
    Behaviour(
        name="a flood of files is refused",
        act="for i in range(20_000): open(f'{i}', 'w').close()",
        expected=raised("OSError"),
        control="for i in range(100): open(f'{i}', 'w').close()\nreturn True",
        tier="full",
    ),
    Behaviour(
        name="a flood of open files is refused",
        act="import os\nkept = [open(os.devnull) for _ in range(300)]",
        expected=raised("OSError"),
        control="import os\nkept = [open(os.devnull) for _ in range(50)]\nreturn True",
    ),
    Behaviour(
        name="a flood of threads is CRASHED",
        act="import threading, time\n"
        "for _ in range(2000):\n"
        "    threading.Thread(target=time.sleep, args=[1], daemon=True).start()",
        expected=crashed("limit of processes and threads"),
        control="import threading\n"
        "threads = [threading.Thread(target=int) for _ in range(8)]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join()\nreturn True",
    ),
    Behaviour(
        name="no core file is written",
        act="import resource\nreturn resource.getrlimit(resource.RLIMIT_CORE)[1]",
        expected=returned(0),
        is_honest=True,
    ),
)
BEHAVIOURS = (*TIME, *DEATHS, *AMOUNTS)
