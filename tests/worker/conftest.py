"""Confine a forked child as far as each profile says, and run code in it."""

import json
import os
import subprocess
import sys
import tempfile
from functools import cache, partial
from pathlib import Path

import pytest

CHILD = Path(__file__).with_name("harness") / "child.py"
MIB = 2**20
NOBODY = 65534
WORKER = 64001
NO_NAMESPACES = ["landlock", "seccomp", "uid"]
# who confines itself, with which mechanisms, how far that must get
PROFILES = {
    "root_full": (0, None, "full"),
    "root_standard": (0, NO_NAMESPACES, "standard"),
    "user_full": (NOBODY, None, "full"),
    "user_standard": (NOBODY, NO_NAMESPACES, "standard"),
}


@cache
def interpreter(uid):
    """Return a Python that a user can start, which may be none of its home's."""
    for path in (sys.executable, "/usr/bin/python3"):
        if uid == os.geteuid():
            return path
        command = [path, "-I", "-c", "import ctypes"]
        try:
            subprocess.run(command, user=uid, group=uid, extra_groups=[], check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return path
    return pytest.skip(f"no Python here that uid {uid} can start")


def run(  # noqa: PLR0913 - a test says all that it varies
    code, *, uid, confinement, args=None, preload=(), zygote_dies=False, python=None
):
    if uid != os.geteuid() and os.geteuid() != 0:
        pytest.skip(f"needs root to become uid {uid}, is {os.geteuid()}")
    job = {
        "code": code,
        "confinement": confinement,
        "args": args or {},
        "preload": list(preload),
        "zygote_dies": zygote_dies,
    }
    who = {} if uid == os.geteuid() else {"user": uid, "group": uid, "extra_groups": []}
    done = subprocess.run(
        [python or interpreter(uid), "-I", str(CHILD)],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **who,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout else {}


@pytest.fixture
def place():
    """Make folders where the modes forbid nothing, so that only confinement does."""
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        base.chmod(0o755)
        for folder in ("allowed", "listed", "outside", "scratch"):
            (base / folder).mkdir()
            (base / folder).chmod(0o777)
        for file in ("allowed/data", "listed/shown", "listed/closed", "outside/secret"):
            (base / file).write_text("content")
            (base / file).chmod(0o666)
        (base / "allowed/lazy_package.py").write_text("VALUE = 7\n")
        yield base


def confinement(place, features, homes=(), **changed):
    asked = {
        "readable": [
            *("/usr", "/lib", "/lib64", "/proc/self", os.devnull, "/dev/urandom"),
            *homes,
            *(f"{place}/allowed", f"{place}/listed/shown"),
        ],
        "hidden": [],
        "listable": [f"{place}/listed"],
        "scratch": f"{place}/scratch",
        "memory_bytes": 1024 * MIB,
        "cpu_seconds": 30,
        "file_bytes": 8 * MIB,
        "open_files": 64,
        "processes": 0,
        "scratch_bytes": 16 * MIB,
        "uid": WORKER,
        "features": features,
    }
    return asked | changed


@pytest.fixture(params=PROFILES)
def confined(request, place):
    """Return a function that runs code confined as far as the profile says."""
    uid, features, tier = PROFILES[request.param]

    def run_confined(code, *, preload=(), zygote_dies=False, **changed):
        # Without a private root the worker's own user must reach the interpreter.
        python = interpreter(WORKER if features and not uid else uid)
        homes = (sys.prefix, sys.base_prefix) if python == sys.executable else ()
        if preload and not homes:
            pytest.skip(f"the {python} that the worker reaches has no {preload[0]}")
        if os.geteuid() == 0:
            os.chown(place / "scratch", uid, uid)
        told = run(
            code,
            uid=uid,
            confinement=confinement(place, features, homes, **changed),
            args={"place": str(place)},
            preload=preload,
            zygote_dies=zygote_dies,
            python=python,
        )
        if not zygote_dies and told["tier"] != tier:
            lacking = [step for step in told["steps"] if not step["done"]]
            pytest.skip(f"this machine reaches {told['tier']}, lacking {lacking}")
        return told

    run_confined.tier = tier
    return run_confined


@pytest.fixture
def unconfined(place):
    """Return a function that runs code as root, in namespaces of its own only."""
    if os.geteuid() != 0:
        pytest.skip("root alone may do all that is forbidden")
    return partial(run, uid=0, confinement=None, args={"place": str(place)})
