"""What a confined process uses up ends where it was told."""

import errno
import signal
import sys

import pytest

if sys.platform != "linux":
    pytest.skip("confines on Linux only", allow_module_level=True)

EXHAUSTING = {
    "memory": ("bytearray(2 ** 31)", "MemoryError", None),
    "mapped_memory": ("import mmap; mmap.mmap(-1, 2 ** 31)", "OSError", errno.ENOMEM),
    "file_size": ("open('big', 'wb').write(bytes(2 ** 24))", "OSError", errno.EFBIG),
    "open_files": ("f = [open('/dev/null') for _ in range(99)]", "OSError", 24),
}


@pytest.mark.parametrize("resource", EXHAUSTING)
def test_limit_holds_for(confined, resource):
    code, error, number = EXHAUSTING[resource]

    told = confined(code)

    assert (told.get("error"), told.get("errno")) == (error, number), told


@pytest.mark.parametrize(
    ("reaction", "ended_by"),
    [
        ("SIG_DFL", signal.SIGXCPU),
        ("SIG_IGN", signal.SIGKILL),
    ],
    ids=["gently", "by_force_when_the_signal_is_ignored"],
)
def test_processor_time_ends(confined, reaction, ended_by):
    code = f"import signal; signal.signal(signal.SIGXCPU, signal.{reaction})\n"

    told = confined(code + "while True: pass", cpu_seconds=1)

    assert told["exit"] == -ended_by


def test_thread_bomb_is_stopped(confined):
    code = (
        "import threading, time; threading.stack_size(2 ** 16)\n"
        "def sleep(): time.sleep(9)\n"
        "for answer in range(2000): threading.Thread(target=sleep, daemon=True).start()"
    )
    told = confined(code)
    if not next(s["done"] for s in told["steps"] if s["name"] == "limit nproc"):
        pytest.skip("tasks are counted only for a uid or user namespace of one's own")

    assert told.get("error") == "RuntimeError", told
