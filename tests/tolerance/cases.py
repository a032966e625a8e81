"""Makes a configuration a question, with the oracle's answer and its allowances."""

import math
from dataclasses import dataclass
from zlib import crc32

import torch

from autograder.kit.allowance import (
    GradientAllowance,
    LossAllowance,
    LossGradientAllowance,
    OutputAllowance,
    RotationAllowance,
)
from autograder.kit.compare import assert_parity
from autograder.kit.failures import CheckFailed

from . import honest, truth
from .asked import ASKED, Given
from .drawn import Drawn, DrawnLoss

LOW = (torch.bfloat16, torch.float16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question to the implementations of a part.

    Attributes:
        drawn: the configuration that it was made of.
        asked: what an implementation is called with.
        oracle: the true answer, by the names of `Given.answer`.
        allowances: the allowance for each of them.
    """

    drawn: Drawn | DrawnLoss
    asked: Given
    oracle: dict
    allowances: dict

    def accepts(self, function):
        """Whether the comparison rule accepts the answer of `function`."""
        actual = self.asked.answer(function)
        try:
            for name, allowance in self.allowances.items():
                assert_parity(actual[name], self.oracle[name], name, within=allowance)
        except CheckFailed:
            return False
        return True

    def used(self, function):
        """The largest error of `function`, in units of what is allowed."""
        actual = self.asked.answer(function)
        return max(
            _share(*both)
            for name, allowance in self.allowances.items()
            for both in zip(
                _flat(actual[name]),
                _flat(self.oracle[name]),
                _flat(allowance.limits(self.oracle[name])),
                strict=True,
            )
        )


def _share(actual, oracle, limit):
    # A missing gradient is wrong by itself; its size is told as that of a zero.
    actual = torch.zeros_like(oracle) if actual is None else actual
    if not actual.isfinite().all():
        return math.inf
    error = actual.to(oracle) - oracle
    if limit.counted is not None:
        error = error[limit.counted]
    size = float(error.norm())
    if limit.norm == 0:
        return math.inf if size else 0.0
    return size / limit.norm


def _flat(tree):
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, list | tuple):
        return [leaf for branch in tree for leaf in _flat(branch)]
    return [tree]


def make(part, drawn):
    """The question that a configuration of `part` stands for."""
    # Hypothesis repeats seeds: a third of them would be 1.
    random = torch.Generator().manual_seed(crc32(repr(drawn).encode()))
    asked = ASKED[part](drawn, random)
    oracle = asked.to(torch.float64).answer(getattr(truth, part))
    if part == "loss":
        allowances = _loss_allowances(asked)
    else:
        allowances = _allowances(part, drawn, asked)
    return Case(drawn=drawn, asked=asked, oracle=oracle, allowances=allowances)


def _allowances(part, drawn, asked):
    answer = asked.answer(getattr(honest, part))
    output = answer["output"]
    low = drawn.dtype in LOW
    if part == "rms_norm" and low:
        return {"output": OutputAllowance(honest=output, factor=2, floor=0.25)}
    if part == "rotary" and not low:
        positions = asked.others["positions"]
        return {"output": RotationAllowance(honest=output, positions=positions)}
    counted = asked.others.get("mask")
    allowances = {"output": OutputAllowance(honest=output, counted=counted)}
    if "gradient" in answer:
        allowances["gradient"] = GradientAllowance(honest=answer["gradient"])
    return allowances


def _loss_allowances(asked):
    others = asked.others
    arguments = {
        "logits": asked.tensors["logits"],
        "labels": others["labels"],
        "ignore_index": others["ignore_index"],
        "label_smoothing": others["smoothing"],
        "z_loss": others["z"],
        "num_items_in_batch": others["n"],
    }
    return {
        "output": LossAllowance(**arguments),
        "gradient": LossGradientAllowance(**arguments),
    }
