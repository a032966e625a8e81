from dataclasses import asdict

import pytest

from autograder.errors import CatalogError
from autograder.message import Words
from autograder.model import Check, Visibility
from autograder.rules import Late, Rules, read_rules

CHECKS = [
    Check(
        part="p",
        name=name,
        points=2,
        visibility=Visibility.PUBLIC,
        lesson=Words(en="x"),
    )
    for name in ("test_x", "test_y")
]
ALL = {
    "points": {"p/test_x": 3},
    "all_or_nothing": ["p"],
    "caps": {"p": 4},
    "cap": 5,
    "extra_credit": ["p/test_y"],
    "late": {"percent_per_day": 10, "grace_days": 1, "most_percent": 50},
}


def test_rules_are_read_as_they_are_written():
    rules = read_rules(ALL, CHECKS)

    assert rules == Rules(
        points={"p/test_x": 3},
        all_or_nothing=("p",),
        caps={"p": 4},
        cap=5,
        extra_credit=("p/test_y",),
        late=Late(percent_per_day=10, grace_days=1, most_percent=50),
    )


def test_rules_survive_the_round_trip():
    rules = read_rules(ALL, CHECKS)

    assert read_rules(asdict(rules), CHECKS) == rules


def test_rules_of_nothing_change_no_points():
    assert read_rules({}, CHECKS).points_of(CHECKS[0]) == 2


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param({"point": {}}, "point", id="unknown_rule"),
        pytest.param({"late": {"day": 1}}, "day", id="unknown_late_rule"),
        pytest.param({"late": 3}, "3|int", id="late_of_a_number"),
        pytest.param({"points": {"p/test_z": 1}}, "test_z.*test_x", id="no_such_check"),
        pytest.param({"extra_credit": ["test_x"]}, "'test_x'", id="check_without_part"),
        pytest.param({"caps": {"q": 1}}, "'q'.*p", id="no_such_part"),
        pytest.param({"all_or_nothing": "p"}, "'p'", id="text_for_a_list"),
        pytest.param({"points": 3}, "int", id="number_for_a_table"),
        pytest.param({"points": {"p/test_x": -1}}, "-1", id="negative_points"),
        pytest.param({"points": {"p/test_x": 1.5}}, "1.5", id="broken_points"),
        pytest.param({"cap": True}, "True", id="cap_of_a_claim"),
        pytest.param({"late": {"percent_per_day": 101}}, "101", id="over_100_percent"),
        pytest.param({"late": {"grace_days": -1}}, "-1", id="negative_grace"),
    ],
)
def test_rule_that_cannot_be_is_refused_by_name(settings, said):
    with pytest.raises(CatalogError, match=said):
        read_rules(settings, CHECKS)
