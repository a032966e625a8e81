"""Every worker is a user of its own, also beside workers of other zygotes."""

import os
import subprocess
import sys

import pytest

from autograder.worker.users import Users

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or sys.platform != "linux", reason="needs root on Linux"
)


def test_uid_that_is_taken_is_not_given_again():
    users = Users()
    first = users.free([])

    assert users.free([first]) not in (first, None)


def test_uid_that_is_free_again_is_given_again():
    users = Users()
    first = users.free([])

    assert users.free([]) == first


def test_uids_of_two_zygotes_differ():
    one, other = Users(), Users()

    assert one.free([]) != other.free([])


def test_uids_of_a_zygote_that_ended_are_free():
    given = subprocess.run(
        [
            *(sys.executable, "-c"),
            "from autograder.worker.users import Users\nprint(Users().free([]))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert Users().free([]) <= int(given.stdout)


def test_there_is_none_where_all_are_taken():
    users = Users([65001, 65002])

    given = [users.free(()), users.free((65001,)), users.free((65001, 65002))]

    assert given == [65001, 65002, None]
