"""Workers that are spawned, as off Linux: answers, ends and the refusal to grade."""

import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from autograder.errors import SandboxError
from autograder.grading import grade
from autograder.intake import Submission
from autograder.isolation import require
from autograder.kit.failures import SubmissionLost
from autograder.official import run_checks
from autograder.sandbox import Isolation, Sandbox
from autograder.submission.conversation import Conversation
from autograder.worker.wire import make_ready, receive_frame, send_frame

ROOT = Path(__file__).parent.parent
RIGHT = "def add(a, b):\n    return a + b\n\n\ndef twice(a):\n    return 2 * a\n"


@pytest.fixture(scope="module")
def spawning():
    with Sandbox.create(Isolation(accepted="none", spawned=True)) as made:
        yield made


@pytest.fixture
def conversing(spawning, tiny, tmp_path):
    """Converse with a spawned worker that has imported some source."""

    @contextmanager
    def converse(source, **limits):
        folder = tmp_path / tiny.id
        folder.mkdir()
        (folder / "adder.py").write_text(source)
        assignment = replace(tiny, limits=replace(tiny.limits, **limits))
        worker = spawning.fork(assignment, "adder", folder)
        try:
            conversation = Conversation(worker, assignment.limits)
            conversation.request("import")
            yield conversation, worker
        finally:
            worker.end()

    return converse


def add(conversation):
    function = conversation.request("get", target=None, name="add")
    return conversation.request("call", target=function, args=[1, 2], kwargs={})


def adding(*lines):
    return "import os, signal, time\ndef add(a, b):\n" + "".join(
        f"    {line}\n" for line in lines
    )


def runs(pid):
    """Whether a process is there and has not ended; its parent may not have asked."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def test_spawned_worker_answers_unconfined(conversing):
    with conversing(RIGHT) as (conversation, _):
        answered = add(conversation)

    assert (answered, conversation.tier) == (3, "none")


def test_spawned_worker_that_is_ended_leaves_no_process_and_no_scratch(conversing):
    with conversing(RIGHT) as (_, worker):
        assert runs(worker.pid)
        assert worker.scratch.exists()

    assert not Path(f"/proc/{worker.pid}").exists()
    assert not worker.scratch.exists()


def test_spawned_worker_that_sleeps_is_timed_out_and_gone(conversing):
    source = adding("time.sleep(600)")
    with conversing(source, seconds=0.5) as (conversation, worker):
        with pytest.raises(SubmissionLost, match="wall-clock limit") as lost:
            add(conversation)

        assert not Path(f"/proc/{worker.pid}").exists()

    assert lost.value.timed_out


def test_spawned_worker_that_computes_for_ever_is_out_of_processor_time(conversing):
    source = adding("while True: pass")
    with (
        conversing(source, seconds=60, cpu_seconds=1) as (conversation, _),
        pytest.raises(SubmissionLost, match="CPU-time limit of 1 s") as lost,
    ):
        add(conversation)

    assert lost.value.timed_out


def test_what_a_spawned_worker_started_ends_with_it(conversing):
    source = adding(
        "child = os.fork()", "if not child: time.sleep(600)", "return child"
    )
    with conversing(source) as (conversation, _):
        child = add(conversation)
        assert runs(child)

    assert not runs(child)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        pytest.param("os.abort()", "killed by SIGABRT", id="crash"),
        pytest.param("os.kill(os.getpid(), 9)", "killed by SIGKILL", id="kill"),
        pytest.param("os._exit(0)", "with exit status 0", id="exit"),
    ],
)
def test_death_of_a_spawned_worker_names_its_cause(conversing, line, text):
    with (
        conversing(adding(line)) as (conversation, _),
        pytest.raises(SubmissionLost, match=text) as lost,
    ):
        add(conversation)

    assert not lost.value.timed_out


def test_end_of_a_spawned_worker_says_what_it_used(conversing):
    with conversing(RIGHT) as (_, worker):
        ended = worker.end()

    assert ended.cpu_seconds > 0.1
    assert ended.peak_bytes > 1 << 25


def test_output_of_a_spawned_worker_is_kept(conversing):
    with conversing(adding("print('é', a)", "return a")) as (conversation, worker):
        add(conversation)

    assert worker.output == "é 1\n"


def test_file_of_a_spawned_worker_is_limited(conversing):
    source = adding("open('big', 'wb').write(bytes(1 << 21))")
    with (
        conversing(source, file_bytes=1 << 20) as (conversation, _),
        pytest.raises(SubmissionLost, match="file-size limit of 1 MiB"),
    ):
        add(conversation)


def test_spawned_worker_that_cannot_start_is_our_fault(spawning, tiny, tmp_path):
    nowhere = replace(tiny, profile="no_such_profile")
    worker = spawning.fork(nowhere, "adder", tmp_path)

    with pytest.raises(SandboxError, match="KeyError: 'no_such_profile'"):
        Conversation(worker, tiny.limits)


def test_right_answer_gets_full_marks_by_spawned_workers(spawning, catalog, tiny):
    report = grade(
        Submission(name="alice", files={(tiny.id, "adder"): RIGHT.encode()}),
        tiny,
        release=catalog.release,
        sandbox=spawning,
        run_checks=run_checks,
    )

    assert (report.score, report.max_score, report.isolation) == (6, 6, "none")


@pytest.fixture(params=["darwin", "win32"])
def elsewhere(request, monkeypatch):
    """Let this system call itself another, as far as Python code asks."""
    monkeypatch.setattr(sys, "platform", request.param)
    return request.param


@pytest.mark.parametrize("accepted", ["full", "standard", "partial"])
def test_sandbox_is_refused_off_linux(elsewhere, accepted):
    with (
        pytest.raises(SandboxError, match=f"none on {elsewhere}.* WSL or in a contain"),
        Sandbox.create(Isolation(accepted=accepted)),
    ):
        pass


@pytest.mark.usefixtures("elsewhere")
def test_refusal_off_linux_names_the_way_to_practise():
    with pytest.raises(SandboxError, match=r"--accept-isolation none.* not a grade"):
        require(Isolation())


def test_practice_off_linux_is_spawned_and_said_to_be_no_grade(elsewhere):
    isolation = Isolation(accepted="none")

    said = require(isolation)

    assert isolation.spawned
    assert said == f"isolation: none on {elsewhere}  practice only: not a grade"


def test_workers_on_linux_are_forked_even_where_none_is_accepted():
    isolation = Isolation(accepted="none")

    assert not isolation.spawned


def test_tier_none_on_linux_is_said_to_be_no_grade():
    said = require(Isolation(accepted="none", features=frozenset()))

    assert said.startswith("isolation: none  ")
    assert said.endswith(" · practice only: not a grade")


def test_program_imports_where_posix_is_missing():
    """What Windows lacks is taken away before anything of ours is imported."""
    code = """
import os, select, signal, socket, sys
import torch, pytest, hypothesis, subprocess, multiprocessing.connection
for name in ("fcntl", "resource", "pwd", "grp"):
    sys.modules[name] = None
for module, names in {
    os: "geteuid getuid getegid fork killpg wait4 setsid set_blocking sysconf uname",
    select: "poll epoll",
    signal: "SIGKILL SIGXCPU SIGXFSZ SIGCHLD set_wakeup_fd",
    socket: "AF_UNIX SOCK_SEQPACKET send_fds recv_fds MSG_DONTWAIT",
}.items():
    for name in names.split():
        delattr(module, name)
import autograder.cli, autograder.sandbox, autograder.isolation, autograder.official
import autograder.submission.standin, autograder.worker.spawned
import autograder.worker.server
"""

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr


def test_frames_go_over_a_socket_of_the_network_family():
    with socket.create_server(("127.0.0.1", 0)) as server:
        here = socket.create_connection(server.getsockname())
        there, _ = server.accept()
    body = bytes(range(256)) * (1 << 14)

    with here, there:
        for end in (here, there):
            make_ready(end)
        deadline = time.monotonic() + 60
        sending = Thread(target=send_frame, args=(here, [body[:9], body[9:]], deadline))
        sending.start()
        received = receive_frame(there, deadline=deadline)
        sending.join()

    assert received == body
