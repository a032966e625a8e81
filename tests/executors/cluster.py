"""A Slurm of one node on loopback, with two GPUs that are none."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel")
SETTINGS = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ctld_port}
SlurmdPort={slurmd_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
GresTypes=gpu
ReturnToService=2
KillWait=60
SchedulerParameters=sched_interval=1,bf_interval=2
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=2048 Gres=gpu:2
PartitionName=grading Nodes=ALL Default=YES MaxTime=60 State=UP
"""
GPUS = "Name=gpu File=/dev/null\nName=gpu File=/dev/zero\n"


def missing():
    """Why no Slurm can be started here; empty if one can."""
    programs = [name for name in PROGRAMS if which(name) is None]
    if programs:
        return f"needs {', '.join(programs)}: apt install slurmctld slurmd munge"
    return "" if os.geteuid() == 0 else "needs root, as Slurm's daemons run here"


def which(name):
    """Where a program lies, also one for the administrator."""
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


def free_ports(count):
    with ExitStack() as opened:
        sockets = [opened.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def wait_for(condition, seconds=120):
    """Return what a condition gives as soon as it gives anything."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.1)
    raise TimeoutError(f"never came: {condition}")


def ask(*command, **environment):
    """Return what one of Slurm's programs says."""
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    ).stdout


def write_settings(folder):
    host = socket.gethostname()
    ctld_port, slurmd_port = free_ports(2)
    for name in ("state", "spool"):
        (folder / name).mkdir()
    (folder / "slurm.conf").write_text(
        SETTINGS.format(
            host=host, folder=folder, ctld_port=ctld_port, slurmd_port=slurmd_port
        )
    )
    (folder / "gres.conf").write_text(GPUS)
    key = folder / "munge.key"
    key.write_bytes(secrets.token_bytes(128))
    key.chmod(0o600)


def commands(folder):
    """What runs a cluster, in the order in which it starts."""
    munge = {
        "socket": "munge.socket",
        "key-file": "munge.key",
        "pid-file": "munge.pid",
        "log-file": "munge.log",
        "seed-file": "munge.seed",
    }
    said = [f"--{name}={folder / file}" for name, file in munge.items()]
    return [
        [which("munged"), "--foreground", "--force", *said],
        [which("slurmctld"), "-D"],
        [which("slurmd"), "-D"],
    ]


@contextmanager
def cluster():
    """The environment in which a cluster is reached, which ends with the context."""
    with tempfile.TemporaryDirectory(prefix="slurm-") as name, ExitStack() as started:
        folder = Path(name)
        folder.chmod(0o755)  # whoever asks munge walks through it
        write_settings(folder)
        environment = os.environ | {"SLURM_CONF": str(folder / "slurm.conf")}
        with (folder / "out.log").open("wb") as log:
            for command in commands(folder):
                daemon = subprocess.Popen(
                    command, env=environment, stdout=log, stderr=subprocess.STDOUT
                )
                started.callback(daemon.wait)
                started.callback(daemon.terminate)
                wait_for((folder / "munge.socket").exists)
        wait_for(lambda: "idle" in ask("sinfo", "--format=%T", **environment))
        yield environment
