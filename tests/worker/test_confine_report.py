"""What confining reports: the tier, the same data back, and what is switched off."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.worker.confine import Confinement, Step, tier
from autograder.worker.syscalls import all_numbers

ROOT = Path(__file__).parents[2]
BASE = [
    *("one thread", "no new privileges", "capabilities", "parent death"),
    *("seccomp", "seccomp self"),
    *(f"limit {name}" for name in ("core", "as", "data", "cpu", "fsize", "nofile")),
]
FULL = [*BASE, "landlock", "uid", "namespaces", "root"]


def steps(names, *failed):
    done = [Step(name=name, done=True, detail="") for name in names]
    return [*done, *(Step(name=name, done=False, detail="") for name in failed)]


@pytest.mark.parametrize(
    ("lacking", "expected"),
    [
        ((), "full"),
        (("root",), "standard"),
        (("namespaces", "root"), "standard"),
        (("root", "landlock"), "partial"),
        (("root", "uid"), "partial"),
        (("landlock", "uid"), "none"),
        (("seccomp",), "none"),
        (("seccomp self",), "none"),
        (("capabilities",), "none"),
        (("limit as",), "none"),
        (("one thread",), "none"),
    ],
    ids=lambda value: value if isinstance(value, str) else "+".join(value) or "nothing",
)
def test_tier_is_what_is_left_without(lacking, expected):
    report = steps([name for name in FULL if name not in lacking], *lacking)

    assert tier(report) == expected


def test_tier_counts_a_step_that_failed_once_of_twice_as_failed():
    report = steps(FULL, "parent death")

    assert tier(report) == "none"


def test_tier_of_no_steps_is_none():
    assert tier([]) == "none"


@pytest.mark.parametrize(
    "features", [None, frozenset({"uid", "landlock"})], ids=["all", "two"]
)
def test_confinement_survives_json(features):
    asked = Confinement(
        readable=("/a", "/b"),
        listable=("/c",),
        scratch="/d",
        memory_bytes=1,
        cpu_seconds=2,
        file_bytes=3,
        open_files=4,
        processes=5,
        scratch_bytes=6,
        uid=None,
        devices=("/dev/f",),
        features=features,
    )

    assert Confinement.from_json(json.loads(json.dumps(asked.to_json()))) == asked


@pytest.mark.parametrize(
    ("header", "pattern", "machine"),
    [
        (
            "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
            r"#define\s+__NR_(\w+)\s+(\d+)",
            "x86_64",
        ),
        (
            "/usr/include/asm-generic/unistd.h",
            r"#define\s+__NR(?:3264)?_(\w+)\s+(\d+)",
            "aarch64",
        ),
    ],
    ids=["x86_64", "aarch64"],
)
def test_system_call_numbers_agree_with_the_headers(header, pattern, machine):
    if not Path(header).exists():
        pytest.skip(f"{header} is not installed")
    known = dict(re.findall(pattern, Path(header).read_text()))

    ours = all_numbers(machine)

    newer = {name for name in ours if name not in known}
    assert {n: v for n, v in ours.items() if n not in newer} == {
        n: int(v) for n, v in known.items() if n in ours
    }
    assert all(ours[name] > max(map(int, known.values())) for name in newer)


CONFINE = """
import json, os, sys, tempfile
sys.path.insert(0, sys.argv[1])
from autograder.worker import confine
if sys.argv[3] == "elsewhere":
    sys.platform = "darwin"
asked = json.loads(sys.argv[2])
steps = confine.confine(confine.Confinement.from_json(asked))
import resource
told = {step.name: step.done for step in steps}
told["tier"] = confine.tier(steps)
told["files"] = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
os.write(1, json.dumps(told).encode())
os._exit(0)
"""


def confine_apart(tmp_path, *, features, system="here", readable=()):
    asked = {
        "readable": ["/usr", "/lib", *readable],
        "listable": [],
        "scratch": str(tmp_path),
        "memory_bytes": 2**30,
        "cpu_seconds": 9,
        "file_bytes": 2**20,
        "open_files": 50,
        "processes": 0,
        "scratch_bytes": 2**20,
        "uid": 64001,
        "features": features,
    }
    command = [sys.executable, "-I", "-c", CONFINE, str(ROOT), json.dumps(asked)]
    done = subprocess.run(
        [*command, system], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="confines on Linux only")
@pytest.mark.parametrize(
    ("features", "expected"),
    [
        (["seccomp", "uid"], "partial"),
        (["landlock", "uid"], "none"),
        ([], "none"),
    ],
    ids=lambda value: value if isinstance(value, str) else "+".join(value) or "nothing",
)
def test_tier_is_lower_with_only(tmp_path, features, expected):
    told = confine_apart(tmp_path, features=features)

    assert told["tier"] == expected


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no such users here")
def test_another_system_is_reported_and_still_limited(tmp_path):
    told = confine_apart(tmp_path, features=None, system="elsewhere")

    assert (told["tier"], told["landlock"], told["seccomp"]) == ("none", False, False)
    assert told["files"] == 50


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
def test_uid_stays_where_another_user_could_not_reach_the_libraries(tmp_path):
    closed = tmp_path / "closed"
    (closed / "library").mkdir(parents=True)
    closed.chmod(0o700)
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    told = confine_apart(
        scratch, features=["seccomp", "uid"], readable=[str(closed / "library")]
    )

    assert told["uid"] is False
