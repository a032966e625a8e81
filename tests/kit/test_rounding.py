import math

import pytest
import torch

from autograder.kit.allowance import GradientAllowance, OutputAllowance
from autograder.kit.compare import assert_parity
from autograder.kit.failures import CheckFailed

AXES = ("row", "position", "feature")
RANDOM = torch.Generator().manual_seed(0)
ORACLE = torch.randn(2, 3, 3, generator=RANDOM, dtype=torch.float64)
HONEST = ORACLE.float()
ALLOWANCE = OutputAllowance(honest=HONEST)


def changed(*places):
    """The honest answer with one more added at each place."""
    answer = HONEST.clone()
    for place in places:
        answer[place] += 1
    return answer


def difference(actual, oracle=ORACLE, within=ALLOWANCE, axes=AXES):
    with pytest.raises(CheckFailed) as caught:
        assert_parity(actual, oracle, "output", within=within, axes=axes)
    return caught.value.difference


def test_honest_answer_is_accepted():
    assert_parity(HONEST, ORACLE, within=ALLOWANCE)


IN_DOUBLE = OutputAllowance(honest=ORACLE)
LIMIT = IN_DOUBLE.limits(ORACLE).norm / math.sqrt(ORACLE.numel())


def test_answer_within_its_limit_is_accepted():
    assert_parity(ORACLE + 0.99 * LIMIT, ORACLE, within=IN_DOUBLE)


def test_answer_beyond_its_limit_is_wrong():
    assert difference(ORACLE + 1.01 * LIMIT, within=IN_DOUBLE).n_wrong == 18


@pytest.mark.parametrize("missing", [{}, {"w": None, "x": None}], ids=["no", "none"])
def test_none_is_accepted_where_no_gradient_is_expected(missing):
    within = GradientAllowance(honest=missing)

    assert_parity(dict(missing), dict(missing), within=within)


def test_answer_that_requires_grad_is_accepted():
    assert_parity(HONEST.clone().requires_grad_() * 1, ORACLE, within=ALLOWANCE)


@pytest.mark.parametrize(
    ("actual", "kind"),
    [
        pytest.param(None, "wrong type", id="none"),
        pytest.param(HONEST.tolist(), "wrong type", id="list"),
        pytest.param(torch.nn.Parameter(HONEST), "wrong type", id="parameter"),
        pytest.param(HONEST[:1], "wrong shape", id="shape"),
        pytest.param(HONEST.double(), "wrong dtype", id="dtype"),
        pytest.param(HONEST.to("meta"), "wrong device", id="device"),
        pytest.param(HONEST.to_sparse(), "wrong layout", id="sparse"),
        pytest.param(HONEST * math.nan, "not finite", id="nan"),
        pytest.param(HONEST * math.inf, "not finite", id="infinite"),
        pytest.param(HONEST + 1, "wrong values", id="values"),
    ],
)
def test_wrong_answer_is_named(actual, kind):
    assert difference(actual).kind == kind


def test_first_wrong_value_is_told_with_both_numbers():
    told = difference(changed((0, 1, 2), (1, 0, 0)))

    true = float(ORACLE[0, 1, 2])
    assert told.what == "output[0, 1, 2]"
    assert (told.expected, told.got) == (f"{true:.4g}", f"{true + 1:.4g}")


def test_wrong_values_are_counted_and_sized():
    told = difference(changed((0, 1, 2), (1, 0, 0)))

    assert (told.n_wrong, told.n_values) == (2, 18)
    assert told.largest_error == pytest.approx(1, rel=1e-6)


def test_allowed_is_an_equal_share_of_the_limit():
    told = difference(changed((0, 0, 0)))

    share = ALLOWANCE.limits(ORACLE).norm / math.sqrt(ORACLE.numel())
    assert told.allowed == pytest.approx(share, rel=1e-12)


def test_numbers_that_read_alike_get_more_digits():
    oracle = torch.tensor([1.0], dtype=torch.float64)
    within = OutputAllowance(honest=oracle.float())

    told = difference(torch.tensor([1.00001]), oracle, within, axes=())

    assert (told.expected, told.got) == ("1", "1.00001")


def test_largest_error_alone_is_wrong_when_none_is_beyond_its_share():
    within = OutputAllowance(honest=torch.zeros(4), factor=0)
    oracle = torch.zeros(4, dtype=torch.float64)

    told = difference(torch.tensor([0.0, 1.0, 0.0, 0.0]), oracle, within, axes=())

    assert (told.what, told.n_wrong) == ("output[1]", 1)


def test_places_are_told_along_the_axis_that_separates_best_first():
    told = difference(changed((0, 1, 0), (1, 1, 2)))

    assert [(p.axis, p.right, p.wrong) for p in told.places] == [
        ("position", (0, 2), (1,))
    ]


def test_at_most_two_axes_are_told():
    oracle = torch.zeros(2, 2, 2, 2, dtype=torch.float64)
    answer = torch.zeros(2, 2, 2, 2)
    answer[1, 1, 1, 1] = 1
    within = OutputAllowance(honest=answer * 0)

    told = difference(answer, oracle, within, ("row", "head", "position", "feature"))

    assert [place.axis for place in told.places] == ["row", "head"]


@pytest.mark.parametrize("axes", [(), ("row",), (*AXES, "more")], ids=len)
def test_axes_of_another_number_tell_no_places(axes):
    assert difference(changed((0, 1, 2)), axes=axes).places == ()


def test_places_of_not_finite_values_are_told():
    told = difference(
        changed((1, 0, 0)).masked_fill(HONEST[1, 0, 0] == HONEST, math.nan)
    )

    assert [place.wrong for place in told.places] == [(0,), (1,)]


COUNTED = torch.tensor([[False, True, True], [True, True, True]])


def test_value_that_does_not_count_may_be_anything():
    within = OutputAllowance(honest=HONEST, counted=COUNTED)

    assert_parity(changed((0, 0, 0)), ORACLE, within=within)


def test_value_that_does_not_count_must_be_finite():
    answer = HONEST.clone()
    answer[0, 0, 0] = math.nan

    told = difference(answer, within=OutputAllowance(honest=HONEST, counted=COUNTED))

    assert (told.kind, told.what) == ("not finite", "output[0, 0, 0]")


def test_place_without_a_value_that_counts_is_not_told():
    counted = torch.tensor([[False, True, True], [False, True, True]])
    within = OutputAllowance(honest=HONEST, counted=counted)

    told = difference(changed((0, 1, 0), (1, 1, 0)), within=within)

    assert [(p.axis, p.right, p.wrong) for p in told.places] == [
        ("position", (2,), (1,))
    ]


def test_small_tensor_is_shown_in_full():
    oracle = torch.tensor([[0.5, -2.0]], dtype=torch.float64)
    within = OutputAllowance(honest=oracle.float())

    told = difference(torch.tensor([[0.5, 2.0]]), oracle, within, axes=())

    assert told.in_full == ("[[0.5, -2]]", "[[0.5, 2]]")


def test_large_tensor_is_not_shown_in_full():
    assert difference(HONEST + 1).in_full is None


GRADIENTS = {"q": ORACLE, "v": ORACLE}
OF_GRADIENTS = GradientAllowance(honest={"q": HONEST, "v": HONEST})


def test_missing_gradient_names_its_parameter():
    told = difference({"q": HONEST, "v": None}, GRADIENTS, OF_GRADIENTS)

    assert (told.kind, told.what) == ("no gradient", "output['v']")


def test_gradients_of_other_names_are_wrong_keys():
    told = difference({"q": HONEST}, GRADIENTS, OF_GRADIENTS)

    assert told.kind == "wrong keys"


def test_each_of_a_sequence_is_compared():
    within = OutputAllowance(honest=(HONEST, HONEST))

    told = difference((HONEST, HONEST + 1), (ORACLE, ORACLE), within)

    assert told.what == "output[1][0, 0, 0]"
