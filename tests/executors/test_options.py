"""What may be asked of a cluster, in Slurm's own words."""

from argparse import ArgumentTypeError

import pytest

from autograder.slurm_options import slurm_option


@pytest.mark.parametrize(
    "text",
    [
        "partition=short,long",
        "account=course-2026",
        "gres=gpu",
        "gres=gpu:1",
        "gres=gpu:a100:2",
        "mem=4G",
        "mem=512",
        "time=30",
        "time=1:30:00",
        "time=2-12",
    ],
)
def test_option_is_taken_as_sbatch_takes_it(text):
    assert "=".join(slurm_option(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "partition",
        "nodes=2",
        "partition=",
        "partition=a b",
        "gres=tpu:1",
        "gres=gpu:0",
        "mem=4GB",
        "mem=-1",
        "time=soon",
        "time=1:2",
        "time=3\n",
    ],
)
def test_wrong_option_is_refused_by_its_value(text):
    with pytest.raises(ArgumentTypeError) as refused:
        slurm_option(text)

    assert repr(text) in str(refused.value)
