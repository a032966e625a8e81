import pytest

from autograder.kit.failures import CheckFailed
from autograder.kit.tokens import assert_tokens

EXPECTED = [0, 1, 2, 3, 4, 5, 6, 7]


def decode(ids):
    return " ".join("abcdefgh"[i] for i in ids)


def difference(actual, expected=EXPECTED):
    with pytest.raises(CheckFailed) as caught:
        assert_tokens(actual, expected, "ids", decode)
    return caught.value.difference


def test_equal_tokens_are_accepted():
    assert_tokens(list(EXPECTED), EXPECTED, "ids", decode)


def test_first_token_that_differs_is_told_with_its_text():
    told = difference([0, 1, 2, 3, 0, 5, 6, 0])

    assert (told.kind, told.what) == ("wrong tokens", "ids[4]")
    assert (told.expected, told.got) == ("4 ('e')", "0 ('a')")


def test_tokens_around_the_difference_are_told_on_both_sides():
    told = difference([0, 1, 2, 3, 0, 5, 6, 7])

    assert str(told.remark) == (
        "around it expected 'b c d e f g h', got 'b c d a f g h'"
    )


@pytest.mark.parametrize(
    ("actual", "said"),
    [
        pytest.param(EXPECTED[:5], "the first missing token is 5 ('f')", id="shorter"),
        pytest.param([*EXPECTED, 0], "the first extra token is 0 ('a')", id="longer"),
        pytest.param([], "the first missing token is 0 ('a')", id="empty"),
    ],
)
def test_wrong_length_tells_the_first_token_too_few_or_too_many(actual, said):
    told = difference(actual)

    assert (told.kind, str(told.remark)) == ("wrong length", said)


def test_token_that_differs_comes_before_the_length():
    assert difference([9, 1]).what == "ids[0]"


@pytest.mark.parametrize(
    "actual",
    [
        pytest.param(None, id="none"),
        pytest.param(tuple(EXPECTED), id="tuple"),
        pytest.param([0, True], id="bool"),
        pytest.param([0, 1.0], id="float"),
        pytest.param([0, "b"], id="text"),
    ],
)
def test_what_is_no_list_of_ids_is_a_wrong_type(actual):
    assert difference(actual).kind == "wrong type"


@pytest.mark.parametrize("token", [-99, 10**999], ids=["negative", "huge"])
def test_id_without_a_text_is_no_token(token):
    assert difference([token]).got.endswith("(no token)")
