# promise: none PASSED
"""Answers with integers that take minutes to be written in decimal."""


def PaddingCollator(*settings, **more):
    huge = 1 << (1 << 24)
    return lambda features: {"input_ids": huge, "attention_mask": -huge}


def position_ids(attention_mask):
    return 1 << (1 << 24)
