"""A cause that evidence supports: the known mistakes that give a student's answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a check failed, as far as known mistakes explain it.

    Attributes:
        mistakes: names of the mistakes that, together, give the student's answers.
        hint: a sentence that names the cause, in English.
        hint_zh: the same in Chinese.
        agreed: on how many telling inputs the answers are the same.
        of: how many telling inputs there were.
    """

    mistakes: tuple[str, ...]
    hint: str
    hint_zh: str
    agreed: int
    of: int
