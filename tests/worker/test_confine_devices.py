"""A device that a worker computes on can be used, and no other."""

import sys

import pytest

if sys.platform != "linux":
    pytest.skip("confines on Linux only", allow_module_level=True)

# Not reading alone: a GPU is opened to be written to, and controlled.
USE = """\
import fcntl
with open("/dev/random", "r+b", buffering=0) as device:
    answer = len(fcntl.ioctl(device, 0x80045200, bytes(4)))  # how much entropy it has
"""
RESERVE = "import mmap; answer = len(mmap.mmap(-1, 2**36, flags=0x4022, prot=0))"
KEEP = "answer = len(bytearray(6 * 2**30))"


def test_device_that_is_named_can_be_read_written_and_controlled(confined):
    told = confined(USE, devices=["/dev/random"])

    assert told.get("answer") == 4, told


def test_device_that_is_not_named_cannot_be_opened(confined):
    told = confined(USE, devices=["/dev/zero"])

    assert told["error"] in ("PermissionError", "FileNotFoundError"), told


def test_worker_with_a_device_may_reserve_addresses_without_end(confined):
    told = confined(RESERVE, devices=["/dev/random"])

    assert told.get("answer") == 2**36, told


def test_worker_without_a_device_may_not(confined):
    assert confined(RESERVE)["error"] == "OSError"


def test_memory_of_a_worker_with_a_device_has_a_limit(confined):
    assert confined(KEEP, devices=["/dev/random"])["error"] == "MemoryError"
