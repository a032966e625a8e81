import pytest

from autograder.table import aligned, width


def test_aligned_puts_cells_below_each_other():
    lines = list(aligned([("a", "bb", "c"), ("aaa", "b", "cc")]))

    assert lines == ["a    bb  c", "aaa  b   cc"]


def test_aligned_counts_a_wide_character_as_two_cells():
    lines = list(aligned([("损失", "1"), ("loss", "2")]))

    assert lines == ["损失  1", "loss  2"]


def test_aligned_leaves_no_blanks_at_the_end():
    assert list(aligned([("a", ""), ("b", "cc")])) == ["a", "b  cc"]


def test_aligned_gives_no_line_for_no_row():
    assert list(aligned([])) == []


@pytest.mark.parametrize("bad", ["\x1b", "\n", "\r", "\u202e", "\0", "\t", "\ud800"])
def test_aligned_replaces_what_cannot_be_printed(bad):
    assert list(aligned([(f"a{bad}b",)])) == ["a\ufffdb"]


def test_aligned_refuses_rows_of_unequal_length():
    with pytest.raises(ValueError, match="zip"):
        list(aligned([("a", "b"), ("c",)]))


@pytest.mark.parametrize(
    ("text", "cells"), [("", 0), ("abc", 3), ("汉字", 4), ("。B", 3)]
)
def test_width_counts_cells(text, cells):
    assert width(text) == cells
