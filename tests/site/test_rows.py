"""What the class page says of each submission."""

from dataclasses import replace

from autograder.model import Verdict
from autograder.score import Override, score
from autograder.site import rows


def test_strip_has_a_cell_for_each_check(make_entry):
    strip = rows.row(make_entry("pfp")).strip

    assert strip == {
        Verdict.PASSED: "M0 0h2v10h-2zM6 0h2v10h-2z",
        Verdict.FAILED: "M3 0h2v10h-2z",
    }


def test_row_without_a_score_comes_before_all_others(make_entry):
    row = rows.row(make_entry("e"))

    assert (row.points, row.share) == ("", -1)


def test_page_of_an_awkward_name_can_be_linked(make_entry):
    row = rows.row(make_entry("p", "a b#?%"))

    assert row.page == "feedback/a1_tiny/a%20b%23%3F%25.html"


def test_remarks_say_what_a_person_should_know(make_entry):
    entry = make_entry("nn", late_seconds=90000, identical_to="bob")
    said = Override(student="ada", assignment="a1_tiny", author="Li", reason="ill")
    entry = replace(entry, score=score(entry.report, said=[said]))

    row = rows.row(entry)

    assert row.remarks == (
        "not attempted",
        "2 days late",
        "identical to bob",
        "Li: ill",
    )


def test_row_of_a_chinese_page_is_in_chinese_and_leads_to_chinese_feedback(make_entry):
    row = rows.row(make_entry("nn", late_seconds=90000), "zh")

    assert row.remarks == ("未作答", "迟交 2 天")
    assert row.page == "feedback/a1_tiny/ada.zh.html"


def test_flaky_check_is_listed_with_what_it_came_to(make_entry):
    verdicts = (Verdict.PASSED, Verdict.FAILED, Verdict.PASSED)

    [look] = rows.flaky(
        [rows.row(make_entry("f", changes={0: {"verdicts": verdicts}}))]
    )

    assert look.why == "2 passed, 1 failed"


def test_our_fault_is_listed_and_nobody_elses(make_entry):
    looks = rows.our_faults([rows.row(make_entry("fe"))])

    assert [look.result.check.name for look in looks] == ["test_check_1"]


def test_tiers_are_counted(make_entry):
    entries = [make_entry("p", isolation=tier) for tier in ("full", "none", "full")]

    assert rows.tiers(entries) == {"full": 2, "none": 1}
