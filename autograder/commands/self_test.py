"""Holds the contract of a worker, behaviour by behaviour."""

from __future__ import annotations

import argparse

from autograder.errors import GateError
from autograder.selftest.contract import chosen
from autograder.selftest.run import Status, judge, summary


def self_test(asked: argparse.Namespace) -> int:
    """Judges what was asked for and returns the exit status."""
    behaviours = chosen(asked.only or "")
    found: list[Status] = []
    with judge(asked.tier) as judged:
        for behaviour in behaviours:
            result = judged.judge(behaviour)
            print(result, flush=True)
            found.append(result.status)
        print(summary(found, judged.here.tier))
    return GateError.exit_status if Status.FAILED in found else 0
