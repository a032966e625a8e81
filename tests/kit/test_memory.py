import pytest

from autograder.kit.failures import CheckFailed
from autograder.kit.memory import assert_peak


def assert_its_peak(actual):
    assert_peak(actual, most=4096, chunk=1024, whole=16384, what="the peak")


def test_peak_passes_up_to_the_most():
    assert_its_peak(4096)


def test_peak_beyond_the_most_fails_with_all_sizes():
    with pytest.raises(CheckFailed) as failed:
        assert_its_peak(17000)

    found = failed.value.difference
    assert (found.expected, found.got) == ("at most 4.0 KiB", "16.6 KiB")
    assert str(found.remark) == "one chunk takes 1.0 KiB, the whole 16.0 KiB"


def test_peak_that_is_no_number_fails():
    with pytest.raises(CheckFailed, match="expected an int, got 'little'"):
        assert_its_peak("little")
