"""What a worker knows before student code runs, and what the next one learns of it."""

from __future__ import annotations

from autograder.selftest.behaviour import FALSE, TRUE, Behaviour, raised, returned

OPEN = """\
import os
found = []
for descriptor in range(256):
    try:
        os.fstat(descriptor)
    except OSError:
        continue
    found.append(descriptor)
return found
"""
CAPABILITIES = """\
import ctypes
header, held = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
if ctypes.CDLL(None).capget(header, held):
    raise OSError
"""
NAMES = (
    *("HF_DEACTIVATE_ASYNC_LOAD", "HOME", "LANG", "MKL_NUM_THREADS"),
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PATH", "TMPDIR"),
    "TOKENIZERS_PARALLELISM",
)
BEFORE = (
    Behaviour(
        name="argv says nothing",
        act="import sys\nreturn [sys.argv, sys.orig_argv]",
        expected=returned([["worker"], ["worker"]]),
        control="import sys\nreturn sys.argv is not sys.path",
    ),
    Behaviour(
        name="cannot read its own command line",
        act="return len(open('/proc/self/cmdline').read()) > 0",
        expected=raised("OSError"),
        tier="standard",
    ),
    Behaviour(
        name="environment is clean",
        act="import os\nreturn sorted(os.environ)",
        expected=returned(list(NAMES)),
        control="import os\nos.environ['NAME'] = 'x'\nreturn 'NAME' in os.environ",
    ),
    Behaviour(
        name="descriptors are closed",
        act=OPEN,
        expected=returned([0, 1, 2, 3]),
        control="import os\nreturn os.open(os.devnull, os.O_RDONLY) == 4",
    ),
    Behaviour(
        name="standard input is empty",
        act="import sys\nreturn sys.stdin.read()",
        expected=returned(""),
        is_honest=True,
    ),
    Behaviour(
        name="leads a session of its own",
        act="import os\nreturn os.getsid(0) == os.getpgid(0) == os.getpid()",
        expected=TRUE,
        is_honest=True,
    ),
    Behaviour(
        name="is not root",
        act="import os\nreturn 0 in (os.geteuid(), os.getegid(), *os.getgroups())",
        expected=FALSE,
        control="import os\nreturn os.geteuid() == os.getuid()",
        tier="standard",
    ),
    Behaviour(
        name="holds no capability",
        act=CAPABILITIES + "return list(held)",
        expected=returned([0] * 6),
        control=CAPABILITIES + "return len(held) == 6",
    ),
    Behaviour(
        name="hashes of texts are the same in every run",
        act="import sys\nreturn sys.flags.hash_randomization",
        expected=returned(0),
        is_honest=True,
    ),
)
MODULES = (
    Behaviour(
        name="holds no module of the grader",
        act="import sys\nours = (n for n in sys.modules if n[:11] == 'autograder.')\n"
        "return sorted(name for name in ours if not name.startswith(\n"
        "    ('autograder.worker', 'autograder.probes')))",
        expected=returned([]),
        control="import sys\nreturn 'autograder.worker.server' in sys.modules",
    ),
    Behaviour(
        name="cannot import a module of the grader",
        act="import autograder.grading",
        expected=raised("ImportError"),
        control="import autograder.probes.calls\nreturn True",
    ),
    Behaviour(
        name="holds no test framework",
        act="import sys\n"
        "return sorted({'pytest', 'hypothesis', 'otter'} & set(sys.modules))",
        expected=returned([]),
        control="import sys\nreturn 'torch' in sys.modules",
    ),
    Behaviour(
        name="cannot import transformers in profile torch",
        act="import transformers\nreturn True",
        expected=raised("ImportError", "OSError"),
        control="import safetensors\nreturn True",
        tier="standard",
    ),
    Behaviour(
        name="cannot import the test framework",
        act="import pytest\nreturn True",
        expected=raised("ImportError", "OSError"),
        control="import safetensors\nreturn True",
        tier="standard",
    ),
)
AFTERWARDS = (
    Behaviour(
        name="a worker's state is gone for the next check",
        earlier="import builtins\nbuiltins.seen = True\nreturn True",
        act="import builtins\nreturn hasattr(builtins, 'seen')",
        expected=FALSE,
        control="import builtins\nbuiltins.seen = True\n"
        "return hasattr(builtins, 'seen')",
    ),
    Behaviour(
        name="a library that was changed is whole for the next check",
        earlier="import torch\ntorch.matmul = None\nreturn True",
        act="import torch\nreturn torch.matmul is None",
        expected=FALSE,
        control="import torch\ntorch.matmul = None\nreturn torch.matmul is None",
    ),
    Behaviour(
        name="a worker's files are gone for the next check",
        earlier="open('left', 'w').close()\nreturn True",
        act="import os\nreturn os.listdir()",
        expected=returned([]),
        control="import os\nopen('left', 'w').close()\nreturn os.listdir() == ['left']",
    ),
    Behaviour(
        name="shared memory is gone for the next check",
        earlier="open('/dev/shm/left', 'w').close()\nreturn True",
        act="import os\nreturn os.listdir('/dev/shm')",
        expected=returned([]),
        control="import os\nopen('/dev/shm/left', 'w').close()\n"
        "return os.listdir('/dev/shm') == ['left']",
        tier="full",
        processes=4,
    ),
)
BEHAVIOURS = (*BEFORE, *MODULES, *AFTERWARDS)
