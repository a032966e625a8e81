# promise: all RAISED
"""Calls itself until the interpreter refuses."""


def PaddingCollator(*settings, **more):
    return PaddingCollator()


def position_ids(attention_mask):
    return position_ids(attention_mask)
