"""Everything that a student may read of a check has its words in Chinese."""

import ast
import string
import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch
from jinja2 import Environment, nodes

import autograder
from autograder.kit.structure import describe
from autograder.message import Words
from autograder.model import Verdict
from autograder.wording.language import CATALOGUES, choose, preferred, say, translated
from autograder.wording.values import PHRASES, say_value

ENGINE = Path(autograder.__file__).parent
CHINESE = tomllib.loads((CATALOGUES / "zh.toml").read_text(encoding="utf-8"))
# Functions that take a template, and at which place.
TAKERS = {"Sentence": 0, "plain": 0, "CheckFailed": 0, "say": 1, "translated": 1}
# Names that checks give to the axes of tensors.
AXES = {"row", "position", "head", "feature"}


def texts(node):
    """The texts that an expression may come to, where they stand in it."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=one, orelse=other):
            return texts(one) | texts(other)
        case ast.Tuple(elts=each) | ast.List(elts=each):
            return set().union(*map(texts, each))
    return set()


def bindings(function):
    """What a function, or a module, assigns: targets, and what they are taken from."""
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[target], value=value):
                yield target, [value]
            case ast.For(target=target, iter=ast.Tuple(elts=each)):
                yield target, each
            case ast.comprehension(target=target, iter=ast.Tuple(elts=each)):
                yield target, each


def assigned(function, name):
    """The texts that are assigned to a name."""
    found = set()
    for target, values in bindings(function):
        match target:
            case ast.Name(id=known) if known == name:
                found = found.union(*map(texts, values))
            case ast.Tuple(elts=targets):
                for place, one in enumerate(targets):
                    if isinstance(one, ast.Name) and one.id == name:
                        found = found.union(*(texts(v.elts[place]) for v in values))
    return found


def calls(tree):
    """Calls that take a template, each with the function that holds it."""
    for holder in ast.walk(tree):
        if not isinstance(holder, ast.FunctionDef):
            continue
        for node in ast.walk(holder):
            match node:
                case ast.Call(func=ast.Name(id=name), args=args) if name in TAKERS:
                    if len(args) > TAKERS[name]:
                        yield holder, args[TAKERS[name]]


def texts_on_a_page(node):
    """The same in a page's template."""
    match node:
        case nodes.Const(value=str(text)):
            return {text}
        case nodes.CondExpr(expr1=one, expr2=other):
            return texts_on_a_page(one) | texts_on_a_page(other)
    return set()


def templates_of_pages():
    """Every template that pages say, and the pages where one could not be read."""
    found, unread = set(), []
    for file in sorted(ENGINE.rglob("*.html")):
        page = Environment(autoescape=True).parse(file.read_text(encoding="utf-8"))
        for call in page.find_all(nodes.Call):
            if getattr(call.node, "name", "") in ("say", "translated"):
                here = texts_on_a_page(call.args[0])
                found |= here
                unread += [] if here else [f"{file.name}: line {call.lineno}"]
    return found, unread


def templates():
    """Every template of the engine, and the places where none could be read."""
    found, unread = templates_of_pages()
    found |= AXES
    for file in sorted(ENGINE.rglob("*.py")):
        for holder, argument in calls(ast.parse(file.read_text(encoding="utf-8"))):
            here = texts(argument)
            if isinstance(argument, ast.Name):
                here = assigned(holder, argument.id)
            found |= here
            if not here and not isinstance(argument, ast.Attribute | ast.Starred):
                unread.append(f"{file.name}: {holder.name}: {ast.unparse(argument)}")
    return found | {
        verdict.value.lower().replace("_", " ") for verdict in Verdict
    }, unread


FOUND, UNREAD = templates()
FOUND |= set(PHRASES)


def placeholders(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_templates_can_all_be_found_by_syntax():
    passed_on = {
        "data.py: from_data: fields.pop('headline')",
        "letter.py: word: verdict.value.lower().replace('_', ' ')",
        "language.py: say: template",
        "message.py: plain: template",
        "values.py: say_value: phrase",
    }

    assert set(UNREAD) - passed_on == set()


@pytest.mark.parametrize("template", sorted(FOUND))
def test_template_has_a_translation_with_the_same_placeholders(template):
    assert placeholders(CHINESE[template]) == placeholders(template)


def test_catalogue_translates_nothing_that_is_not_said():
    assert set(CHINESE) - FOUND == set()


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "de_DE"}, "zh"),
    ],
    ids=["none", "chinese", "overruled", "empty_is_no_choice"],
)
def test_language_is_the_one_that_the_environment_asks_for(environment, language):
    assert preferred(environment) == language


def test_words_without_chinese_are_shown_in_english():
    assert choose("zh", Words(en="adds")) == "adds"


def test_template_without_translation_stays_as_it_is():
    assert translated("zh", "never said") == "never said"


def test_values_are_not_taken_for_templates():
    assert say("zh", "your code raised {name}", name="{x}") == "你的代码抛出了 {x}"


@pytest.mark.parametrize("phrase", PHRASES)
def test_phrase_of_a_value_is_known_by_its_form(phrase):
    values = {name: f"<{name}>" for name in placeholders(phrase)}

    said = say_value("zh", phrase.format(**values))

    assert said == CHINESE[phrase].format(**values)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(torch.zeros(2, 3), id="tensor"),
        pytest.param([1, 2], id="list"),
        pytest.param({}, id="dict"),
        pytest.param(1 << 500, id="long_int"),
        pytest.param(range(2), id="object"),
        pytest.param(np.zeros(2), id="array"),
    ],
)
def test_description_by_the_kit_is_translated(value):
    assert say_value("zh", describe(value)) != describe(value)


@pytest.mark.parametrize("value", ["a list of 2", "no error", 3, 0.5, None, True])
def test_value_that_is_shown_itself_is_not_translated(value):
    assert say_value("zh", describe(value)) == describe(value)


def test_value_is_english_in_english():
    assert say_value("en", "a list of 2") == "a list of 2"
