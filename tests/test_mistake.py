import pytest

from autograder.kit.mistake import Mistake


def mistake(old, new="z"):
    return Mistake(name="m", part="p", old=old, new=new, hint="h", hint_zh="h")


def test_mistake_replaces_what_stands_once():
    assert mistake("b").apply("a b c") == "a z c"


@pytest.mark.parametrize(
    ("source", "count"), [("a", 0), ("b b", 2), ("bb", 2), ("", 0)]
)
def test_mistake_refuses_a_reference_that_it_does_not_fit(source, count):
    with pytest.raises(ValueError, match=f"mistake 'm': 'b' stands {count} times"):
        mistake("b").apply(source)


def test_mistake_spans_lines():
    assert mistake("a\nb", "c").apply("x\na\nb\n") == "x\nc\n"
