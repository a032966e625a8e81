# promise: none PASSED
"""Gives a function when it is asked for a name, and deep data when asked again."""

from itertools import count

times = count()


def nested(depth):
    return [nested(depth - 1)] if depth else []


def position(attention_mask):
    return (attention_mask.cumsum(1) - 1) * attention_mask


def __getattr__(name):
    if name == "PaddingCollator":
        return lambda *settings, **more: nested(30)
    return nested(30) if next(times) % 2 else position
