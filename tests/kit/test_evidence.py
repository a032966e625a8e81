import pytest
import torch

from autograder.kit.allowance import GradientAllowance, LossAllowance, OutputAllowance
from autograder.kit.compare import assert_parity
from autograder.kit.failures import CheckFailed

RANDOM = torch.Generator().manual_seed(0)
ORACLE = torch.randn(2, 3, 3, generator=RANDOM, dtype=torch.float64)
HONEST = ORACLE.float()
ALLOWANCE = OutputAllowance(honest=HONEST)


def changed(place):
    """The honest answer with one more added at the place."""
    answer = HONEST.clone()
    answer[place] += 1
    return answer


def difference(actual, oracle=ORACLE, within=ALLOWANCE):
    with pytest.raises(CheckFailed) as caught:
        assert_parity(actual, oracle, within=within)
    return caught.value.difference


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(-HONEST, "the sign is flipped", id="sign"),
        pytest.param(HONEST * 0, "every value is zero", id="zero"),
        pytest.param(HONEST * 2, "every value is 2 times the expected", id="factor"),
        pytest.param(HONEST / 8, "every value is 0.125 times the expected", id="less"),
        pytest.param(HONEST.mT, "the same values, transposed", id="transposed"),
        pytest.param(HONEST.flip(0), "the same values in another order", id="order"),
    ],
)
def test_what_is_certain_is_remarked(answer, said):
    assert str(difference(answer.contiguous()).remark) == said


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(HONEST + 1, id="shifted"),
        pytest.param(changed((0, 0, 0)), id="one_value"),
        pytest.param(-changed((0, 0, 0)), id="sign_but_for_one"),
        pytest.param(2 * changed((0, 0, 0)), id="factor_but_for_one"),
        pytest.param(HONEST * (1 + 3e-6), id="factor_near_the_limit"),
    ],
)
def test_what_is_not_certain_is_not_remarked(answer):
    assert difference(answer).remark is None


def test_order_is_not_claimed_of_noise_that_sorting_hides():
    random = torch.Generator().manual_seed(0)
    oracle = torch.randn(9999, generator=random, dtype=torch.float64)
    noise = 0.1 * torch.randn(9999, generator=random, dtype=torch.float64)
    within = OutputAllowance(honest=oracle.bfloat16())

    told = difference((oracle + noise).bfloat16(), oracle, within)

    assert told.remark is None


def test_factor_of_one_value_is_no_factor():
    oracle = torch.tensor(1.0, dtype=torch.float64)
    within = LossAllowance(logits=torch.ones(1, 2, 2), labels=torch.ones(1, 2).long())

    assert difference(torch.tensor(2.0), oracle, within).remark is None


def test_zero_gradient_is_remarked():
    told = difference(HONEST * 0, within=GradientAllowance(honest=HONEST))

    assert str(told.remark).startswith("the gradient is zero: ")
