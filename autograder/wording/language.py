"""Says sentences in English or Chinese."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from autograder.kit.failures import Sentence
from autograder.message import Words

LANGUAGES = ("en", "zh")
TAGS = {"en": "en", "zh": "zh-Hans"}
"""How a page names its language."""
CATALOGUES = Path(__file__).parent


def preferred(environment: Mapping[str, str] = os.environ) -> str:
    """The language that the environment asks for, where it is one of ours."""
    names = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    first = next(filter(None, names), "")
    return "zh" if first.startswith("zh") else "en"


def say(language: str, template: str, **values: object) -> str:
    """`template` in `language`, with the values in their places."""
    return translated(language, template).format(**values)


def say_sentence(language: str, sentence: Sentence) -> str:
    """A sentence in `language`."""
    return say(language, sentence.template, **sentence.values)


def choose(language: str, words: Words) -> str:
    """The text of `words` in `language`, in English where there is no other."""
    return (words.zh if language == "zh" else "") or words.en


def translated(language: str, template: str) -> str:
    """The translation of `template`, or itself where there is none."""
    return template if language == "en" else catalogue(language).get(template, template)


@cache
def catalogue(language: str) -> dict[str, str]:
    """English templates and their translations."""
    with (CATALOGUES / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)
