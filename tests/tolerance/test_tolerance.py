"""The comparison rule accepts what is right and nothing else."""

from functools import cache

import pytest
import torch

from .cases import make
from .drawn import INFORMATIVE, PARTS, draw
from .right import RIGHT
from .wrong import WRONG, implementation

torch.set_num_threads(1)

# Over all parts and implementations more than 10,000.
N_RIGHT = 400
N_WRONG = 30


@cache
def cases(part):
    return [make(part, one) for one in (*INFORMATIVE[part], *draw(part, N_WRONG))]


@pytest.mark.parametrize("part", PARTS)
def test_right_implementations_are_accepted(part):
    asked = [*INFORMATIVE[part], *draw(part, N_RIGHT)]

    rejected = [
        (function.__name__, one)
        for one in asked
        for case in [make(part, one)]
        for function in RIGHT[part]
        if not case.accepts(function)
    ]

    assert rejected == []


@pytest.mark.parametrize(
    "wrong", [pytest.param(wrong, id=f"{wrong.part}-{wrong.name}") for wrong in WRONG]
)
def test_subtle_mistake_is_caught(wrong):
    function = implementation(wrong)

    assert not all(case.accepts(function) for case in cases(wrong.part))


@pytest.mark.parametrize("scale", [1e-3, 400.0])
def test_missing_upcast_is_caught_at_either_end_of_half_precision(scale):
    asked = [one for one in INFORMATIVE["rms_norm"] if one.scale == scale]
    mistake = next(w for w in WRONG if w[:2] == ("rms_norm", "no_upcast"))

    accepted = [make("rms_norm", o).accepts(implementation(mistake)) for o in asked]

    assert accepted == [False]


def test_detached_z_loss_is_caught_by_its_gradient_alone():
    case = make("loss", INFORMATIVE["loss"][0])
    mistake = next(w for w in WRONG if w.name == "z_detached")

    answer = case.asked.answer(implementation(mistake))

    assert answer["output"] == case.asked.answer(RIGHT["loss"][0])["output"]
    assert not case.accepts(implementation(mistake))
