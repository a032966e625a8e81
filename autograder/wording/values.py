"""Says in another language how the kit describes a value.

The kit shows small values as Python writes them, and the others by a phrase, such as
"a list of 2".  The phrases are few, and known by their form.
"""

from __future__ import annotations

import re
from functools import cache

from autograder.wording.language import translated

PHRASES = (
    "a {dtype} tensor of shape {shape}",
    "an int of {count} bits",
    "a {kind} of {count}",
    "the key {key} among others",
    "the keys {keys}",
    "an empty dict",
    "a function or an object with __call__",
    "a finite number",
    "no error",
    "no change",
    "at most {size}",
    "other values of {names}",
    "a {kind}",
    "an {kind}",
)
"""The first that fits is meant; text of a submission stands in quotation marks."""


def say_value(language: str, description: str) -> str:
    """What the kit says of a value, in `language`."""
    for phrase in PHRASES:
        if found := _form(phrase).fullmatch(description):
            return translated(language, phrase).format(**found.groupdict())
    return description


@cache
def _form(phrase: str) -> re.Pattern[str]:
    """What `phrase` looks like with values in it."""
    form = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(phrase))
    return re.compile(form, re.DOTALL)
