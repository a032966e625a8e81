"""Fork, confine the child and run a piece of code in it; speak JSON on both ends.

Reads `{"confinement", "code", "args", "preload", "zygote_dies"}`; without confinement
the code runs as it is, which shows that an act works before it is forbidden. The code
reads `args` and `pids`, makes system calls by `call`, and leaves its `answer`. Writes
the steps, the tier, the answer or the exception, and how the child ended.
"""

import importlib
import json
import os
import signal
import sys
import time
import traceback
from dataclasses import asdict
from pathlib import Path

# What confined code imports, where an interpreter's home is closed to its uid.
for name in (
    *("ctypes", "fcntl", "mmap", "multiprocessing.synchronize", "resource"),
    *("socket", "subprocess", "tempfile", "threading"),
):
    importlib.import_module(name)
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from autograder.worker import namespaces  # noqa: E402 - its folder is named above
from autograder.worker.confine import Confinement, confine, prepare, tier  # noqa: E402 - its folder is named above
from autograder.worker.kernel import call  # noqa: E402 - its folder is named above


def run(job, pids, send):
    if job["confinement"]:
        steps = confine(Confinement.from_json(job["confinement"]))
        send({"steps": [asdict(step) for step in steps], "tier": tier(steps)})
    else:  # what is not forbidden here must not reach the machine either
        namespaces.enter()
    names = {"args": job["args"], "pids": pids, "call": call}
    try:
        exec(job["code"], names)  # noqa: S102 - the tests' own code
        send({"answer": names.get("answer")})
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the answer
        number = getattr(error, "errno", None)
        text = traceback.format_exc()
        send({"error": type(error).__name__, "errno": number, "traceback": text})


def preload(names):
    for name in names:
        importlib.import_module(name)
    if "torch" in names:
        import torch  # noqa: PLC0415 - not every interpreter has it

        torch.backends.cpu.get_cpu_capability()
        torch.set_num_threads(1)
        torch.ones(8, 8) @ torch.ones(8, 8)
    prepare()


def fork_bystander():
    """Start a process of the same user, to aim at."""
    bystander = os.fork()
    if bystander == 0:
        while True:
            time.sleep(60)
    return bystander


def end(bystander):
    ended, _ = os.waitpid(bystander, os.WNOHANG)
    if not ended:
        os.kill(bystander, signal.SIGKILL)
        os.waitpid(bystander, 0)
    return not ended


def fork_child(job, pids):
    """Fork what is confined; return its pid and the end that its words arrive on."""
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        send = lambda said: os.write(sink, json.dumps(said).encode() + b"\n")  # noqa: E731 - a name for one line
        try:
            run(job, pids, send)
        finally:
            os._exit(0)
    os.close(sink)
    return child, source


def main():
    job = json.load(sys.stdin)
    preload(job["preload"])
    bystander = fork_bystander()
    child, source = fork_child(job, {"zygote": os.getpid(), "bystander": bystander})
    told = {}
    with os.fdopen(source) as lines:
        for line in lines:
            told |= json.loads(line)
            if job["zygote_dies"]:
                end(bystander)
                os._exit(0)
    _, status = os.waitpid(child, 0)
    told["exit"] = os.waitstatus_to_exitcode(status)
    told["bystander_survived"] = end(bystander)
    print(json.dumps(told))  # noqa: T201 - this is how it answers


main()
