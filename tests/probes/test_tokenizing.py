import pytest

from autograder.kit.blueprint import blueprint
from autograder.probes import tokenizing

DATA = blueprint().data


def encoded(text, tokenizer, **options):
    return tokenizer.encode(text, **options)


def test_function_gets_the_tokenizer_of_the_blueprint():
    function = tokenizing.with_tokenizer(encoded, DATA)

    assert function("Hi") == blueprint().library.encode("Hi")


def test_function_gets_the_options_that_are_fixed():
    function = tokenizing.with_tokenizer(encoded, DATA, add_special_tokens=False)

    assert function("Hi") == blueprint().encode("Hi")


def test_tokenizer_is_another_one_for_every_function():
    def changed(tokenizer):
        tokenizer.padding_side = "left"

    tokenizing.with_tokenizer(changed, DATA)()

    side = tokenizing.with_tokenizer(lambda tokenizer: tokenizer.padding_side, DATA)
    assert side() == "right"


def test_tokenizer_for_single_texts_encodes_and_decodes_them():
    def there_and_back(text, tokenizer):
        return tokenizer.decode(tokenizer.encode(text), skip_special_tokens=True)

    function = tokenizing.with_single_texts(there_and_back, DATA)

    assert function("你好 😀") == "你好 😀"


def test_tokenizer_for_single_texts_knows_its_special_ids():
    library = blueprint().library

    told = tokenizing.with_single_texts(
        lambda tokenizer: (tokenizer.pad_token_id, tokenizer.all_special_ids), DATA
    )()

    assert told == (library.pad_token_id, tuple(library.all_special_ids))


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda t: t(["Hi"]), TypeError, "cannot be called"),
        (lambda t: t.encode(["Hi"]), TypeError, "takes one text, got a list"),
        (lambda t: t.encode("Hi", padding=True), TypeError, "padding"),
        (lambda t: t.pad({}), AttributeError, "has no 'pad': it has encode"),
        (lambda t: t.backend_tokenizer, AttributeError, "has no 'backend_tokenizer'"),
        (lambda t: setattr(t, "pad_token_id", 0), AttributeError, "pad_token_id"),
    ],
    ids=["call", "batch", "padding by encode", "pad", "backend", "setting an id"],
)
def test_tokenizer_for_single_texts_refuses(ask, error, message):
    def asked(tokenizer):
        ask(tokenizer)

    function = tokenizing.with_single_texts(asked, DATA)

    with pytest.raises(error, match=message):
        function()


def change_pad(rows, tokenizer):
    tokenizer.pad_token = tokenizer.eos_token
    rows.clear()


def grow(rows, tokenizer):
    tokenizer.add_tokens([*rows])


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (change_pad, ["pad_token", "all_special_tokens"]),
        (grow, ["the number of tokens"]),
        (lambda rows, tokenizer: tokenizer(rows, truncation=True, max_length=2), []),
    ],
    ids=["pad token", "tokens", "a call that cuts"],
)
def test_changes_of_the_tokenizer_are_named(function, expected):
    rows = ["Nanjing University"]

    assert tokenizing.changes(function, DATA, rows) == expected
    assert rows == ["Nanjing University"]
