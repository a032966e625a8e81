"""Which submissions share code, and where."""

import re
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import UsageError
from autograder.similarity.blocks import blocks, pieces
from autograder.similarity.documents import (
    PASSAGE,
    document,
    known_solutions,
    passages,
)
from autograder.similarity.ranking import rank
from autograder.similarity.tokens import tokens
from autograder.similarity.writing import Ranking, pages

LOOP = dedent('''
    def total(values, start=0):
        """Add up."""
        result = start
        for value in values:  # one by one
            if value > 10 and value != start:
                result += value * 2
        return "sum", result
''')
RENAMED = dedent("""
    def f(xs,   s=1):


        r = s
        for x in xs:
            if x > 99 and x != s:
                r += x * 3
        return 'another text', r
""")
OTHER = dedent("""
    class Shelf:
        def __init__(self, *books, limit):
            self.books = {book.title: book for book in books}
            assert len(self.books) <= limit, limit

        def __getitem__(self, title):
            return self.books[title] if title in self.books else None
""")
CODE = st.lists(st.sampled_from([LOOP, RENAMED, OTHER, "x = 1\n", "# note\n", "(\n"]))


def made(source, name="ada", given_=frozenset()):
    return document(name, name, source, given_)


def known(source, name="public.py"):
    return document(name, "", source)


def test_names_numbers_texts_comments_and_layout_do_not_count():
    one, other = tokens(LOOP), tokens(RENAMED)

    assert [token.kind for token in one] == [token.kind for token in other]


def test_structure_counts():
    assert {t.kind for t in tokens("a = b and c")} == {"n", "=", "and"}


@given(st.text())
def test_any_text_has_tokens_where_they_stand_in_it(text):
    found = tokens(text)

    ends = [0, *(token.end for token in found)]
    assert all(end <= token.start for end, token in zip(ends, found, strict=False))
    assert ends[-1] <= len(text)


def test_string_is_one_token():
    assert [token.kind for token in tokens("f'a{b}c' 'd'")].count("s") <= 3
    assert [token.kind for token in tokens("'a b c'")] == ["s"]


def test_copy_with_other_names_shares_everything():
    [pair] = rank([made(LOOP), made(RENAMED, "bob")], [], most=9)

    assert (pair.left_share, pair.right_share) == (1, 1)


def test_different_code_makes_no_pair():
    assert rank([made(LOOP), made(OTHER, "bob")], [], most=9) == ()


def test_share_is_of_each_side_and_the_larger_one_stands_left():
    [pair] = rank([made(LOOP + OTHER), made(LOOP, "bob")], [], most=9)

    assert pair.left.name == "bob"
    assert pair.left_share == 1
    assert 0 < pair.right_share < 0.8


def test_what_everybody_was_given_does_not_count():
    given_ = frozenset(passages(tokens(LOOP)))
    documents = [made(LOOP, name, given_) for name in ("ada", "bob")]

    assert rank(documents, [], most=9) == ()


def test_pair_that_shares_what_is_rare_comes_first():
    often = [
        made(LOOP + f"x{n} = {'+'.join('ab' * n)}", f"s{n}") for n in range(20, 30)
    ]
    rare = [made(LOOP + OTHER + "y = " + "-a" * 40 + n, n) for n in ("ada", "bob")]

    best = rank([*often, *rare], [], most=1)[0]

    assert {best.left.name, best.right.name} == {"ada", "bob"}


def test_attempts_of_one_student_are_no_pair():
    twice = [document(name, "ada", LOOP) for name in ("ada-1", "ada-2")]

    assert rank(twice, [], most=9) == ()


def test_known_solution_stands_right_and_makes_no_pair_with_another():
    [pair] = rank([made(LOOP + OTHER)], [known(LOOP), known(LOOP, "b.py")], most=1)

    assert (pair.left.name, pair.right.is_known) == ("ada", True)


def test_only_as_many_pairs_as_asked_are_named():
    documents = [made(LOOP, f"s{n}") for n in range(6)]

    assert len(rank(documents, [], most=4)) == 4


@given(CODE, CODE)
def test_shares_lie_between_nothing_and_everything(one, other):
    for pair in rank([made("".join(one)), made("".join(other), "bob")], [], most=9):
        assert 0 < pair.right_share <= pair.left_share <= 1


@given(CODE, CODE)
def test_blocks_are_equal_long_enough_and_apart(one, other):
    left, right = made("".join(one)), made("".join(other), "bob")

    found = blocks(left, right)

    for block in found:
        kinds = [
            [token.kind for token in side.tokens[at : at + block.size]]
            for side, at in ((left, block.left), (right, block.right))
        ]
        assert kinds[0] == kinds[1]
        assert block.size >= PASSAGE
    for side in ("left", "right"):
        runs = sorted((getattr(b, side), b.size) for b in found)
        ends = [start + size for start, size in runs]
        assert all(e <= s for e, (s, _) in zip(ends, runs[1:], strict=False))


@given(CODE, CODE)
def test_pieces_are_the_whole_source(one, other):
    left, right = made("".join(one)), made("".join(other), "bob")
    found = blocks(left, right)

    shown = list(pieces(right, [(block.right, block.size) for block in found]))

    assert "".join(piece.text for piece in shown) == right.source
    assert {p.block for p in shown} - {0} == set(range(1, len(found) + 1))


def test_known_folder_is_read_file_by_file(tmp_path):
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "a.py").write_text(LOOP, encoding="utf-8")
    (tmp_path / "b.py").write_bytes(b"\xff\xfe")

    names = [one.name for one in known_solutions(tmp_path, frozenset())]

    assert names == ["b.py", "repo/a.py"]


def test_known_folder_without_code_is_refused(tmp_path):
    with pytest.raises(UsageError, match="no Python file"):
        known_solutions(tmp_path, frozenset())


HOSTILE = "</mark></pre><script>x</script>\x1b[31m"


@pytest.fixture
def shown():
    documents = (made(f"{LOOP}# {HOSTILE}\n"), made(RENAMED, "<b>bob</b>"))
    pairs = rank(documents, [], most=9)
    ranking = Ranking(assignment="a1", documents=documents, known=(), pairs=pairs)
    return dict(pages([ranking]))


def test_sources_and_names_are_shown_as_text(shown):
    text = shown["index.html"] + shown["a1-1.html"]

    assert "<script>x" not in text
    assert "<b>" not in text
    assert "\x1b" not in text
    assert "&lt;/mark&gt;" in text


def test_every_block_leads_to_the_other_side(shown):
    text = shown["a1-1.html"]

    ids = set(re.findall(r'<mark id="([\w-]+)"', text))
    assert ids == set(re.findall(r'href="#([\w-]+)"', text)) != set()


def test_page_says_that_it_proves_nothing(shown):
    assert "no proof of anything" in shown["index.html"]


def test_same_submissions_give_the_same_pages(shown):
    documents = (made(f"{LOOP}# {HOSTILE}\n"), made(RENAMED, "<b>bob</b>"))
    pairs = rank(documents, [], most=9)
    ranking = Ranking(assignment="a1", documents=documents, known=(), pairs=pairs)

    assert dict(pages([ranking])) == shown
