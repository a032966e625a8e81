"""Submits chunks as one job array, through submitit."""

from __future__ import annotations

import io
import shlex
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from pathlib import Path

from autograder.errors import UsageError
from autograder.executors.task import run


def submit(
    chunks: Sequence[Path],
    *,
    logs: Path,
    options: Mapping[str, str],
    at_a_time: int,
) -> str:
    """Submits a task for each chunk, and returns the name of the job.

    Only the names of files go through submitit's pickles, and no result comes back by
    them: reports are files of our own.

    Args:
        chunks: files of chunks.
        logs: where the tasks print.
        options: what each task asks of the cluster, in the words of `sbatch`.
        at_a_time: how many tasks run at a time.

    Raises:
        UsageError: if Slurm refuses the options; its own words say why.
    """
    from submitit import SlurmExecutor  # noqa: PLC0415 - an extra that few need
    from submitit.core.utils import FailedJobError  # noqa: PLC0415 - the same

    # In place of the shell: it would die of a signal at once, and take all with it.
    python = f"exec {shlex.quote(sys.executable)}"
    executor = SlurmExecutor(folder=logs, python=python)
    executor.update_parameters(
        job_name="autograder",
        array_parallelism=at_a_time,
        cpus_per_task=1,
        time=None,  # the partition's, unless `options` has one
        use_srun=False,  # a step more to lose; a task is one process
        additional_parameters=dict(options),
    )
    try:
        with redirect_stderr(io.StringIO()):  # the error has it again
            jobs = executor.map_array(run, [str(chunk) for chunk in chunks])
    except FailedJobError as error:
        asked = " ".join(f"{key}={value}" for key, value in options.items())
        said = " ".join(str(error).split())
        raise UsageError(f"--slurm {asked or '(nothing)'}: {said}") from error
    return jobs[0].job_id.partition("_")[0]
