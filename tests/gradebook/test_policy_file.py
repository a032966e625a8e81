import pytest

from autograder.errors import UsageError
from autograder.gradebook.policy_file import read_policy
from autograder.rules import Rules


@pytest.fixture
def read(tmp_path, tiny):
    def read(text):
        file = tmp_path / "policy.toml"
        file.write_text(text)
        return read_policy(file, {"a1_tiny": tiny.checks, "a2_x": ()})

    return read


def test_rules_for_all_are_those_of_each(read):
    assert read("[score]\ncap = 3\n") == {"a1_tiny": Rules(cap=3), "a2_x": Rules(cap=3)}


def test_rules_for_one_stand_instead_of_those_for_all(read):
    found = read("[score]\ncap = 3\n[a1_tiny.score]\ncaps = { adder = 2 }\n")

    assert found == {"a1_tiny": Rules(caps={"adder": 2}), "a2_x": Rules(cap=3)}


def test_rules_of_an_assignment_that_is_not_graded_are_read_past(read):
    assert read("[a9_x.score]\ncap = 3\n") == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("score", "policy.toml", id="not_toml"),
        pytest.param("cap = 3", "got 'cap'", id="rule_without_table"),
        pytest.param("[a1_tiny]\ncap = 3", "got 'a1_tiny'", id="no_score"),
        pytest.param(
            "[a1_tiny.score]\ncaps = { x = 2 }", "a1_tiny: .*no part 'x'", id="no_part"
        ),
    ],
)
def test_file_that_says_no_rules_is_refused(read, text, said):
    with pytest.raises(UsageError, match=said):
        read(text)


def test_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"gone\.toml"):
        read_policy(tmp_path / "gone.toml", {})
