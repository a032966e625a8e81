"""Each act that confinement forbids fails, and is not denied without it."""

import errno
import os
import signal
import sys

import pytest

if sys.platform != "linux":
    pytest.skip("confines on Linux only", allow_module_level=True)

# What a denied call or a name that is not there answers.
DENIED = {
    errno.EPERM,
    errno.EACCES,
    errno.ENOENT,
    errno.ENOSYS,
    errno.EROFS,
    errno.EXDEV,
}

FORBIDDEN = {
    "reading_a_file_outside": "open(args['place'] + '/outside/secret')",
    "reading_a_listed_file": "open(args['place'] + '/listed/closed')",
    "listing_a_folder_outside": "import os; os.listdir(args['place'] + '/outside')",
    "reading_passwords": "open('/etc/passwd')",
    "writing_a_file_outside": "open(args['place'] + '/outside/secret', 'w')",
    "making_a_file_outside": "open(args['place'] + '/outside/new', 'w')",
    "making_a_file_beside_readable_ones": "open(args['place'] + '/allowed/new', 'w')",
    "writing_a_readable_file": "open(args['place'] + '/allowed/data', 'a')",
    "removing_a_file_outside": (
        "import os; os.remove(args['place'] + '/outside/secret')"
    ),
    "linking_a_file_in": (
        "import os; os.link(args['place'] + '/outside/secret',"
        " args['place'] + '/scratch/link')"
    ),
    "truncating_by_name": (
        "import os; os.truncate(args['place'] + '/outside/secret', 0)"
    ),
    "reading_the_parents_memory": "open(f'/proc/{pids[\"zygote\"]}/mem', 'rb')",
    "reading_the_parents_status": "open(f'/proc/{pids[\"zygote\"]}/status')",
    "reading_the_parents_files": (
        "import os; os.listdir(f'/proc/{pids[\"zygote\"]}/fd')"
    ),
    "asking_whether_a_process_lives": "import os; os.kill(pids['bystander'], 0)",
    "killing_a_process": "import os; os.kill(pids['bystander'], 9)",
    "queueing_a_signal": (
        "info = (__import__('ctypes').c_int * 32)(10, 0, -1)\n"
        "call('rt_sigqueueinfo', pids['bystander'], 10, info)"
    ),
    "sending_a_signal_through_a_pipe": (
        "import fcntl, os; fcntl.fcntl(os.pipe()[0], 8, pids['bystander'])"
    ),
    "limiting_another_process": (
        "import resource; resource.prlimit(pids['bystander'], resource.RLIMIT_CPU)"
    ),
    "lowering_the_rank_of_others": "import os; os.setpriority(0, pids['bystander'], 9)",
    "outliving_the_parent": "call('prctl', 1, 0)",
    "opening_tcp": "import socket; socket.socket()",
    "opening_udp": "import socket; socket.socket(type=socket.SOCK_DGRAM)",
    "opening_a_unix_socket": "import socket; socket.socket(socket.AF_UNIX)",
    "opening_a_raw_socket": "import socket; socket.socket(socket.AF_PACKET, 3)",
    "opening_a_socket_pair": "import socket; socket.socketpair()",
    "forking": "import os; os.fork() or os._exit(0)",
    "running_a_program": "import os; os.execv('/bin/true', ['true'])",
    "starting_a_subprocess": "import subprocess; subprocess.run(['/bin/true'])",
    "asking_for_clone3": "call('clone3', None, 0)",
    "tracing": "call('ptrace', 0, 0, 0, 0)",
    "reading_memory_by_call": (
        "call('process_vm_readv', pids['bystander'], 0, 0, 0, 0, 0)"
    ),
    "holding_a_process": "call('pidfd_open', pids['bystander'], 0)",
    "making_an_io_uring": "call('io_uring_setup', 1, bytes(120))",
    "making_memory_files": "call('memfd_create', b'name', 0)",
    "sharing_memory_by_key": "call('shmget', 0, 4096, 0o600)",
    "making_message_queues": "call('mq_open', b'name', 0o102, 0o600, None)",
    "using_keys": "call('keyctl', 0, -3, 1)",
    "entering_a_user_namespace": "call('unshare', 0x10000000)",
    "mounting": "call('umount2', b'/', -1)",  # no such flags, for root either
    "changing_the_personality": "call('personality', 0xFFFFFFFF)",
    "becoming_root": "import os; os.setuid(0)",
    "changing_groups": "import os; os.setgroups([0])",
    "changing_an_owner": "import os; os.chown(args['place'] + '/scratch', 0, 0)",
    "typing_into_a_terminal": "import fcntl; fcntl.ioctl(0, 0x5412, b'x')",
    "watching_files": "call('inotify_init1', 0)",
    "faulting_pages": "call('userfaultfd', 1)",
}


@pytest.mark.parametrize("act", FORBIDDEN)
def test_confine_forbids(confined, act):
    told = confined(FORBIDDEN[act])

    assert told.get("errno") in DENIED, told
    assert told["bystander_survived"]


@pytest.mark.parametrize("act", FORBIDDEN)
def test_forbidden_act_is_not_denied_without_confinement(unconfined, act):
    told = unconfined(FORBIDDEN[act])

    assert told.get("errno") not in DENIED, told


@pytest.mark.parametrize(
    "machine_code",
    [
        # x32's getpid: mov eax, 0x40000027; syscall; ret
        "b827000040 0f05 c3",
        # the 32-bit kernel's getpid: mov eax, 20; int 0x80; ret
        "b814000000 cd80 c3",
    ],
    ids=["x32", "i386"],
)
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="x86-64's other numbers")
def test_foreign_system_call_kills(confined, machine_code):
    code = (
        "import ctypes, mmap; page = mmap.mmap(-1, 4096, prot=7)\n"
        f"page.write(bytes.fromhex({machine_code!r}))\n"
        "place = ctypes.addressof(ctypes.c_char.from_buffer(page))\n"
        "answer = ctypes.CFUNCTYPE(ctypes.c_int)(place)()"
    )

    told = confined(code)

    assert told["exit"] == -signal.SIGSYS


def test_worker_dies_with_its_zygote(confined):
    # The sleeper holds the standard output: this returns when it has ended.
    told = confined("import time; time.sleep(120)", zygote_dies=True)

    assert told == {}
