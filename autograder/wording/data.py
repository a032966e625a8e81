"""Turns a message into plain data for JSON, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from autograder.cause import Cause
from autograder.kit.failures import Difference, Frame, Places, Sentence
from autograder.message import Message, Words


def to_data(message: Message) -> dict[str, Any]:
    """The message as dicts, lists, texts and numbers; what is empty is left out."""
    return {name: value for name, value in asdict(message).items() if value}


def from_data(data: dict[str, Any]) -> Message:
    """The message that `to_data` made plain.

    Raises:
        KeyError, TypeError: if `data` is none.
    """
    fields = dict(data)
    made: dict[str, Any] = {
        "headline": Sentence(**fields.pop("headline")),
        "inputs": tuple(fields.pop("inputs", ())),
        "difference": _difference(fields.pop("difference", None)),
        "says": tuple(fields.pop("says", ())),
        "frames": tuple(Frame(**frame) for frame in fields.pop("frames", ())),
        "cause": cause_from_data(fields.pop("cause", None)),
        "lesson": Words(**lesson) if (lesson := fields.pop("lesson", None)) else None,
        "hints": tuple(Words(**hint) for hint in fields.pop("hints", ())),
    }
    return Message(**made, **fields)


def _difference(data: dict[str, Any] | None) -> Difference | None:
    if data is None:
        return None
    remark, in_full = data["remark"], data["in_full"]
    made: dict[str, Any] = {
        "places": tuple(
            Places(axis=p["axis"], right=tuple(p["right"]), wrong=tuple(p["wrong"]))
            for p in data["places"]
        ),
        "remark": Sentence(**remark) if remark else None,
        "in_full": (in_full[0], in_full[1]) if in_full else None,
    }
    return Difference(**(data | made))


def cause_from_data(data: dict[str, Any] | None) -> Cause | None:
    """The cause that `asdict` made plain, if there was one."""
    if data is None:
        return None
    return Cause(**(data | {"mistakes": tuple(data["mistakes"])}))
