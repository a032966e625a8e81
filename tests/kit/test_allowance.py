import math

import pytest
import torch

from autograder.kit.allowance import (
    EPS_32,
    GradientAllowance,
    LossAllowance,
    LossGradientAllowance,
    OutputAllowance,
    RotationAllowance,
)

ORACLE = torch.tensor([3.0, 4.0], dtype=torch.float64)
OFF = torch.tensor([3.5, 4.0])


def test_output_is_allowed_eight_times_the_honest_error_and_one_eps():
    limit = OutputAllowance(honest=OFF).limits(ORACLE)

    assert limit.norm == pytest.approx(8 * (0.5 + EPS_32 * 5), rel=1e-12)


def test_output_takes_another_factor_and_floor():
    allowance = OutputAllowance(honest=OFF.bfloat16(), factor=2, floor=0.25)

    limit = allowance.limits(ORACLE)

    eps = torch.finfo(torch.bfloat16).eps
    assert limit.norm == pytest.approx(2 * (0.5 + 0.25 * eps * 5), rel=1e-12)


def test_float64_is_judged_by_the_eps_of_float32():
    limit = OutputAllowance(honest=ORACLE).limits(ORACLE)

    assert limit.norm == pytest.approx(8 * EPS_32 * 5, rel=1e-12)


def test_what_is_not_counted_does_not_widen_the_allowance():
    counted = torch.tensor([False, True])

    limit = OutputAllowance(honest=OFF, counted=counted).limits(ORACLE)

    assert limit.norm == pytest.approx(8 * EPS_32 * 4, rel=1e-12)


def test_honest_answer_says_which_dtype_is_expected():
    limit = OutputAllowance(honest=OFF.half()).limits(ORACLE)

    assert limit.dtype == torch.float16


def test_rotation_is_allowed_four_eps_more_for_each_position():
    positions = torch.tensor([[0, 10]])

    limit = RotationAllowance(honest=OFF, positions=positions).limits(ORACLE)

    assert limit.norm == pytest.approx(EPS_32 * (8 + 4 * 10) * 5, rel=1e-12)


def test_gradient_is_allowed_a_share_of_all_gradients_together():
    oracle = {"q": ORACLE * 0, "v": ORACLE}
    honest = {"q": ORACLE.float() * 0, "v": ORACLE.float()}

    limits = GradientAllowance(honest=honest).limits(oracle)

    assert limits["q"].norm == pytest.approx(8 * 4 * EPS_32 * 0.1 * 5, rel=1e-12)
    assert limits["v"].norm == pytest.approx(8 * 4 * EPS_32 * 1.1 * 5, rel=1e-12)


LOGITS = torch.tensor([[[3.0, 3.0], [-1.0, 0.0]]])
LABELS = torch.tensor([[0, 1]])
LOG_SUM = 3 + math.log(2)
SCALAR = torch.tensor(0.0, dtype=torch.float64)


def test_loss_is_allowed_by_its_condition():
    allowance = LossAllowance(
        logits=LOGITS, labels=LABELS, label_smoothing=0.5, z_loss=0.1
    )

    limit = allowance.limits(SCALAR)

    condition = LOG_SUM + 1.5 * 3 + 0.1 * LOG_SUM**2 + 1
    assert limit.norm == pytest.approx(8 * EPS_32 * condition, rel=1e-12)


@pytest.mark.parametrize("n", [4, torch.tensor(4)], ids=["int", "tensor"])
def test_loss_is_allowed_less_when_it_is_divided_by_more(n):
    given = {"logits": LOGITS, "labels": LABELS}

    limit = LossAllowance(**given, num_items_in_batch=n).limits(SCALAR)

    whole = LossAllowance(**given).limits(SCALAR)
    assert limit.norm == pytest.approx(whole.norm / 4, rel=1e-12)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16], ids=str)
def test_loss_is_expected_in_float32(dtype):
    limit = LossAllowance(logits=LOGITS.to(dtype), labels=LABELS).limits(SCALAR)

    assert limit.dtype == torch.float32


def test_loss_without_a_counted_token_is_allowed_nothing():
    labels = torch.full_like(LABELS, -100)

    limit = LossAllowance(logits=LOGITS, labels=labels).limits(SCALAR)

    assert limit.norm == 0


def test_loss_gradient_is_allowed_by_its_condition():
    allowance = LossGradientAllowance(logits=LOGITS, labels=LABELS, z_loss=0.1)

    limit = allowance.limits(torch.ones(1, 2, 2, dtype=torch.float64))

    condition = 1 + 3 + 2 * 0.1 * LOG_SUM * (1 + 3)
    assert limit.norm == pytest.approx(8 * EPS_32 * condition, rel=1e-12)


def test_loss_gradient_is_allowed_its_rounding_below_float32():
    allowance = LossGradientAllowance(logits=LOGITS.bfloat16(), labels=LABELS)

    limit = allowance.limits(torch.ones(1, 2, 2, dtype=torch.float64))

    rounding = torch.finfo(torch.bfloat16).eps * 2
    assert limit.norm == pytest.approx(8 * (EPS_32 * 4 + rounding), rel=1e-12)


MISFITS = {
    "float32_oracle": (OutputAllowance(honest=OFF), ORACLE.float()),
    "no_tensor": (OutputAllowance(honest=OFF), 3.0),
    "oracle_of_nan": (OutputAllowance(honest=OFF), ORACLE * math.nan),
    "infinite_oracle": (OutputAllowance(honest=OFF), ORACLE * math.inf),
    "honest_nan": (OutputAllowance(honest=OFF * math.nan), ORACLE),
    "honest_shape": (OutputAllowance(honest=OFF[:1]), ORACLE),
    "honest_none": (OutputAllowance(honest=None), ORACLE),
    "honest_keys": (GradientAllowance(honest={"q": OFF}), {"v": ORACLE}),
    "honest_length": (OutputAllowance(honest=[OFF]), [ORACLE, ORACLE]),
    "mask_of_ints": (
        OutputAllowance(honest=OFF, counted=torch.tensor([0, 1])),
        ORACLE,
    ),
    "mask_of_another_shape": (
        OutputAllowance(honest=OFF, counted=torch.tensor([True])),
        ORACLE,
    ),
    "loss_in_float32": (LossAllowance(logits=LOGITS, labels=LABELS), SCALAR.float()),
}


@pytest.mark.parametrize("misfit", MISFITS)
def test_misfit_of_our_own_answers_is_the_graders_fault(misfit):
    allowance, oracle = MISFITS[misfit]

    with pytest.raises(ValueError, match=r"oracle|honest|mask"):
        allowance.limits(oracle)


def test_oracle_may_be_anything_where_nothing_counts():
    oracle = torch.tensor([math.nan, 4.0], dtype=torch.float64)
    counted = torch.tensor([False, True])

    limit = OutputAllowance(honest=OFF, counted=counted).limits(oracle)

    assert math.isfinite(limit.norm)
